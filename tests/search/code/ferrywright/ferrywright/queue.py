"""The queue: what producers and workers talk to."""

from __future__ import annotations

import hashlib
import logging
import time
from typing import Any, Callable, Iterator

from . import job as states
from .errors import DuplicateJob
from .job import PRIORITIES, Job, encode_payload, new_id
from .retry import RetryPolicy
from .storage import Storage

log = logging.getLogger(__name__)


class Queue:
    """Puts jobs into a storage and takes them out again.

    A queue has no threads of its own. Any number of queues, in any number of
    processes, may use the same storage.
    """

    def __init__(self, storage: Storage, *, lease: float = 120.0,
                 max_payload: int = 64 * 1024,
                 clock: Callable[[], float] = time.time) -> None:
        self.storage = storage
        self.lease = lease
        self.max_payload = max_payload
        self._clock = clock
        self._policies: dict[str, RetryPolicy] = {}
        self._default_policy = RetryPolicy()

    # -- producers ---------------------------------------------------------

    def put(self, kind: str, payload: dict[str, Any], *, delay: float = 0.0,
            priority: int = PRIORITIES["normal"], key: str | None = None,
            on_duplicate: str = "ignore") -> Job:
        """Add a job and return it.

        If `key` is given and an unfinished job has the same key, that job is
        returned instead of a new one. `on_duplicate="raise"` raises
        `DuplicateJob` then. `key="auto"` derives the key from the kind and
        the payload.
        """
        if on_duplicate not in ("ignore", "raise"):
            raise ValueError("on_duplicate must be 'ignore' or 'raise'")
        now = self._clock()
        text = encode_payload(payload, self.max_payload)
        if key == "auto":
            key = fingerprint(kind, text)
        job = Job(id=new_id(now), kind=kind, payload=payload, priority=priority,
                  not_before=now + delay, dedup_key=key, created=now)
        if self.storage.insert(job):
            log.debug("queued %s as %s", kind, job.id)
            return job
        existing = self.storage.find_key(key) if key is not None else None
        if existing is None:
            # It finished between our two looks; the second try will succeed.
            self.storage.insert(job)
            return job
        if on_duplicate == "raise":
            raise DuplicateJob(str(key), existing.id)
        return existing

    def cancel(self, job_id: str) -> bool:
        """Cancel a job that has not been started. Returns whether it worked."""
        job = self.storage.get(job_id)
        if job is None or job.state != states.WAITING:
            return False
        self.storage.update(job.with_state(states.CANCELLED))
        return True

    # -- workers -----------------------------------------------------------

    def set_policy(self, kind: str, policy: RetryPolicy) -> None:
        """Use another retry policy for one kind of job."""
        self._policies[kind] = policy

    def policy(self, kind: str) -> RetryPolicy:
        """The retry policy for a kind of job."""
        return self._policies.get(kind, self._default_policy)

    def take(self, owner: str) -> Job | None:
        """Claim the next due job for a worker."""
        return self.storage.claim(owner, self._clock(), self.lease)

    def extend(self, job: Job, owner: str) -> Job:
        """Prolong the lease of a running job, from now on.

        Raises `LeaseLost` if somebody else has got the job.
        """
        from dataclasses import replace

        extended = replace(job, lease_until=self._clock() + self.lease)
        self.storage.update(extended, owner)
        return extended

    def finish(self, job: Job, owner: str) -> Job:
        """Note that a job was done."""
        done = job.with_state(states.DONE, lease_owner=None, last_error=None)
        self.storage.update(done, owner)
        return done

    def fail(self, job: Job, owner: str, error: BaseException) -> Job:
        """Note that a job failed, and either reschedule or bury it."""
        decision = self.policy(job.kind).decide(error, job.attempts)
        message = f"{type(error).__name__}: {error}"
        if decision.again:
            after = job.with_state(
                states.WAITING, not_before=self._clock() + decision.delay,
                lease_owner=None, last_error=message)
            log.warning("job %s failed (%s), next try in %.0f s",
                        job.id, message, decision.delay)
        else:
            after = job.with_state(states.BURIED, lease_owner=None, last_error=message)
            log.error("job %s is buried: %s; %s", job.id, message, decision.reason)
        self.storage.update(after, owner)
        return after

    # -- housekeeping ------------------------------------------------------

    def reap(self) -> int:
        """Return the jobs of dead workers to the queue.

        A lease that ran out counts as an attempt, so that a job which kills
        its worker each time does not go round for ever.
        """
        reaped = 0
        for job in self.storage.expired(self._clock()):
            owner = job.lease_owner or ""
            if job.attempts >= self.policy(job.kind).max_attempts:
                after = job.with_state(states.BURIED, lease_owner=None,
                                       last_error="lease expired too often")
            else:
                after = job.with_state(states.WAITING, lease_owner=None,
                                       last_error="lease expired")
            self.storage.update(after, owner)
            reaped += 1
        return reaped

    def graveyard(self, limit: int = 100) -> Iterator[Job]:
        """The jobs that failed for good, oldest first."""
        yield from self.storage.listing(states.BURIED, limit)

    def dig_up(self, job_id: str) -> Job:
        """Give a buried job another life, with its attempts set to zero."""
        job = self.storage.get(job_id)
        if job is None:
            raise KeyError(job_id)
        revived = job.with_state(states.WAITING, attempts=0, not_before=self._clock())
        self.storage.update(revived)
        return revived

    def prune(self, keep: float) -> int:
        """Delete finished jobs older than `keep` seconds.

        Buried jobs are never pruned; somebody has to look at them.
        """
        return self.storage.prune(self._clock() - keep)


def fingerprint(kind: str, payload_text: str) -> str:
    """A deduplication key made from what a job does."""
    digest = hashlib.blake2b(digest_size=12)
    digest.update(kind.encode("utf-8"))
    digest.update(b"\0")
    digest.update(payload_text.encode("utf-8"))
    return digest.hexdigest()
