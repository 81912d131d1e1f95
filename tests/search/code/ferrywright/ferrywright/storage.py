"""Where jobs are kept: in memory for tests, in SQLite otherwise."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import contextmanager
from dataclasses import replace
from typing import Iterable, Iterator, Protocol

from . import job as states
from .errors import LeaseLost, StorageBusy
from .job import Job, decode_payload, encode_payload

#: Raised by one with each change of the tables; see `_MIGRATIONS`.
SCHEMA_VERSION = 3

_MIGRATIONS = [
    # 1: the first layout.
    """
    CREATE TABLE jobs (
        id TEXT PRIMARY KEY,
        kind TEXT NOT NULL,
        payload TEXT NOT NULL,
        state TEXT NOT NULL,
        priority INTEGER NOT NULL,
        attempts INTEGER NOT NULL,
        not_before REAL NOT NULL,
        lease_owner TEXT,
        lease_until REAL NOT NULL,
        last_error TEXT,
        created REAL NOT NULL
    )
    """,
    # 2: workers used to scan the whole table for the next job.
    "CREATE INDEX jobs_due ON jobs (state, priority, not_before)",
    # 3: deduplication. The index is partial, since finished jobs may share a key.
    """
    ALTER TABLE jobs ADD COLUMN dedup_key TEXT;
    CREATE UNIQUE INDEX jobs_dedup ON jobs (dedup_key)
        WHERE dedup_key IS NOT NULL AND state IN ('waiting', 'running')
    """,
]


class Storage(Protocol):
    """What the queue needs from a storage."""

    def insert(self, job: Job) -> bool:
        """Store a new job; false if its deduplication key is taken."""

    def claim(self, owner: str, now: float, lease: float) -> Job | None:
        """Hand the next due job to a worker, or nothing."""

    def update(self, job: Job, owner: str | None = None) -> None:
        """Replace a job. With an owner, only while that owner holds the lease."""

    def get(self, job_id: str) -> Job | None:
        """Look up one job."""

    def find_key(self, key: str) -> Job | None:
        """The unfinished job with this deduplication key."""

    def expired(self, now: float) -> list[Job]:
        """Running jobs whose lease has run out."""

    def counts(self) -> dict[str, int]:
        """How many jobs are in each state."""

    def listing(self, state: str, limit: int) -> list[Job]:
        """The oldest jobs in a state."""

    def prune(self, before: float) -> int:
        """Delete finished jobs created before a moment; return how many."""


class MemoryStorage:
    """Keeps jobs in a dictionary. Safe for threads, but not for processes."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}
        self._lock = threading.Lock()

    def insert(self, job: Job) -> bool:
        with self._lock:
            if job.dedup_key is not None and self._with_key(job.dedup_key):
                return False
            self._jobs[job.id] = job
            return True

    def claim(self, owner: str, now: float, lease: float) -> Job | None:
        with self._lock:
            due = [job for job in self._jobs.values() if job.is_due(now)]
            if not due:
                return None
            first = min(due, key=lambda job: (job.priority, job.not_before, job.id))
            claimed = first.with_state(
                states.RUNNING, lease_owner=owner, lease_until=now + lease,
                attempts=first.attempts + 1)
            self._jobs[first.id] = claimed
            return claimed

    def update(self, job: Job, owner: str | None = None) -> None:
        with self._lock:
            current = self._jobs.get(job.id)
            if owner is not None and (current is None or current.lease_owner != owner):
                raise LeaseLost(f"job {job.id} is no longer held by {owner}")
            self._jobs[job.id] = job

    def get(self, job_id: str) -> Job | None:
        return self._jobs.get(job_id)

    def find_key(self, key: str) -> Job | None:
        with self._lock:
            return self._with_key(key)

    def _with_key(self, key: str) -> Job | None:
        for job in self._jobs.values():
            if job.dedup_key == key and job.unfinished:
                return job
        return None

    def expired(self, now: float) -> list[Job]:
        with self._lock:
            return [job for job in self._jobs.values() if job.lease_expired(now)]

    def counts(self) -> dict[str, int]:
        result: dict[str, int] = {}
        with self._lock:
            for job in self._jobs.values():
                result[job.state] = result.get(job.state, 0) + 1
        return result

    def listing(self, state: str, limit: int) -> list[Job]:
        with self._lock:
            found = sorted((job for job in self._jobs.values() if job.state == state),
                           key=lambda job: job.id)
        return found[:limit]

    def prune(self, before: float) -> int:
        with self._lock:
            old = [job.id for job in self._jobs.values()
                   if job.state in (states.DONE, states.CANCELLED) and job.created < before]
            for job_id in old:
                del self._jobs[job_id]
        return len(old)


class SqliteStorage:
    """Keeps jobs in an SQLite file which several processes may share.

    The journal runs in WAL mode, so that readers do not block the writer.
    Do not put the file on a network drive: locks are unreliable there and
    jobs would be handed out twice.
    """

    def __init__(self, path: str, busy_timeout: float = 5.0,
                 max_payload: int = 64 * 1024) -> None:
        self.path = path
        self._max_payload = max_payload
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, timeout=busy_timeout, isolation_level=None,
                                   check_same_thread=False)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._migrate()

    def close(self) -> None:
        """Close the file. The object cannot be used afterwards."""
        self._db.close()

    def _migrate(self) -> None:
        """Bring an older file up to date, one version after another."""
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version > SCHEMA_VERSION:
            raise RuntimeError(
                f"{self.path} was written by a newer release (schema {version})")
        for number in range(version, SCHEMA_VERSION):
            with self._transaction():
                for statement in _MIGRATIONS[number].split(";"):
                    if statement.strip():
                        self._db.execute(statement)
                self._db.execute(f"PRAGMA user_version={number + 1}")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """Run a block as one write.

        BEGIN IMMEDIATE takes the write lock at the start. With a plain BEGIN
        two workers could both read the same row and then deadlock when they
        try to upgrade their locks.
        """
        with self._lock:
            try:
                self._db.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                raise StorageBusy(str(error)) from error
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def insert(self, job: Job) -> bool:
        row = self._row(job)
        names = ", ".join(row)
        marks = ", ".join("?" for _ in row)
        try:
            with self._transaction():
                self._db.execute(f"INSERT INTO jobs ({names}) VALUES ({marks})",
                                 list(row.values()))
        except sqlite3.IntegrityError:
            return False
        return True

    def claim(self, owner: str, now: float, lease: float) -> Job | None:
        with self._transaction():
            row = self._db.execute(
                "SELECT * FROM jobs WHERE state = 'waiting' AND not_before <= ? "
                "ORDER BY priority, not_before, id LIMIT 1", (now,)).fetchone()
            if row is None:
                return None
            first = self._job(row)
            claimed = first.with_state(
                states.RUNNING, lease_owner=owner, lease_until=now + lease,
                attempts=first.attempts + 1)
            self._write(claimed)
            return claimed

    def update(self, job: Job, owner: str | None = None) -> None:
        with self._transaction():
            if owner is not None:
                row = self._db.execute("SELECT lease_owner FROM jobs WHERE id = ?",
                                       (job.id,)).fetchone()
                if row is None or row["lease_owner"] != owner:
                    raise LeaseLost(f"job {job.id} is no longer held by {owner}")
            self._write(job)

    def _write(self, job: Job) -> None:
        row = self._row(job)
        del row["id"]
        assignments = ", ".join(f"{name} = ?" for name in row)
        self._db.execute(f"UPDATE jobs SET {assignments} WHERE id = ?",
                         [*row.values(), job.id])

    def get(self, job_id: str) -> Job | None:
        row = self._db.execute("SELECT * FROM jobs WHERE id = ?", (job_id,)).fetchone()
        return None if row is None else self._job(row)

    def find_key(self, key: str) -> Job | None:
        row = self._db.execute(
            "SELECT * FROM jobs WHERE dedup_key = ? AND state IN ('waiting', 'running')",
            (key,)).fetchone()
        return None if row is None else self._job(row)

    def expired(self, now: float) -> list[Job]:
        rows: Iterable[sqlite3.Row] = self._db.execute(
            "SELECT * FROM jobs WHERE state = 'running' AND lease_until < ?", (now,))
        return [self._job(row) for row in rows]

    def counts(self) -> dict[str, int]:
        rows = self._db.execute("SELECT state, COUNT(*) FROM jobs GROUP BY state")
        return {state: number for state, number in rows}

    def listing(self, state: str, limit: int) -> list[Job]:
        rows = self._db.execute("SELECT * FROM jobs WHERE state = ? ORDER BY id LIMIT ?",
                                (state, limit))
        return [self._job(row) for row in rows]

    def prune(self, before: float) -> int:
        with self._transaction():
            cursor = self._db.execute(
                "DELETE FROM jobs WHERE state IN ('done', 'cancelled') AND created < ?",
                (before,))
            return cursor.rowcount

    def vacuum(self) -> None:
        """Give the space of deleted rows back to the file system.

        Needs as much free disk space as the file is large, and blocks all
        workers while it runs.
        """
        with self._lock:
            self._db.execute("VACUUM")

    def _row(self, job: Job) -> dict[str, object]:
        return {
            "id": job.id,
            "kind": job.kind,
            "payload": encode_payload(job.payload, self._max_payload),
            "state": job.state,
            "priority": job.priority,
            "attempts": job.attempts,
            "not_before": job.not_before,
            "dedup_key": job.dedup_key,
            "lease_owner": job.lease_owner,
            "lease_until": job.lease_until,
            "last_error": job.last_error,
            "created": job.created,
        }

    @staticmethod
    def _job(row: sqlite3.Row) -> Job:
        values = dict(row)
        values["payload"] = decode_payload(values["payload"])
        return Job(**values)


def copy_jobs(source: Storage, target: Storage, state: str, limit: int = 10_000) -> int:
    """Copy jobs of one state into another storage, without their leases."""
    copied = 0
    for job in source.listing(state, limit):
        if target.insert(replace(job, lease_owner=None, lease_until=0.0)):
            copied += 1
    return copied
