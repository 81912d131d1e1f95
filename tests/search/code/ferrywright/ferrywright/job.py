"""The job record and its states.

A job moves through these states:

    waiting -> running -> done
                  |
                  +-----> waiting     (failed, to be tried again)
                  +-----> buried      (failed for good)

`cancelled` can be reached from `waiting` only: a running job cannot be
called back, because its endpoint may have acted on it already.
"""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import dataclass, field, replace
from typing import Any

from .errors import PayloadTooLarge

WAITING = "waiting"
RUNNING = "running"
DONE = "done"
BURIED = "buried"
CANCELLED = "cancelled"

#: Which state may follow which.
TRANSITIONS: dict[str, frozenset[str]] = {
    WAITING: frozenset({RUNNING, CANCELLED}),
    RUNNING: frozenset({DONE, WAITING, BURIED}),
    DONE: frozenset(),
    # A buried job can be dug up by hand.
    BURIED: frozenset({WAITING}),
    CANCELLED: frozenset(),
}

#: Lower numbers are served first.
PRIORITIES = {"urgent": 0, "normal": 10, "bulk": 20}


def new_id(now: float | None = None) -> str:
    """Make an identifier that sorts by the time it was made.

    The first eleven characters are milliseconds in base 16, the rest is
    random, so that two producers never collide in practice.
    """
    millis = int((time.time() if now is None else now) * 1000)
    return f"{millis:011x}{secrets.token_hex(5)}"


@dataclass(frozen=True)
class Job:
    """One unit of work. Instances are immutable; `with_state` makes copies."""

    id: str
    kind: str
    payload: dict[str, Any]
    state: str = WAITING
    priority: int = PRIORITIES["normal"]
    attempts: int = 0
    #: Seconds since 1970 before which the job must not be started.
    not_before: float = 0.0
    #: Jobs with the same key are folded into one while one is unfinished.
    dedup_key: str | None = None
    #: Who works on it, and until when the claim holds.
    lease_owner: str | None = None
    lease_until: float = 0.0
    last_error: str | None = None
    created: float = field(default_factory=time.time)

    def with_state(self, state: str, **changes: Any) -> "Job":
        """Return a copy in another state, or raise `ValueError`.

        The check guards against handlers that finish a job twice.
        """
        if state not in TRANSITIONS[self.state]:
            raise ValueError(f"job {self.id}: {self.state} cannot become {state}")
        return replace(self, state=state, **changes)

    @property
    def unfinished(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self.state in (WAITING, RUNNING)

    def is_due(self, now: float) -> bool:
        """Whether a worker may start it now."""
        return self.state == WAITING and self.not_before <= now

    def lease_expired(self, now: float) -> bool:
        """Whether its worker has been silent for so long that it counts as dead."""
        return self.state == RUNNING and self.lease_until < now


def encode_payload(payload: dict[str, Any], limit: int) -> str:
    """Encode a payload as JSON with sorted keys.

    Keys are sorted so that equal payloads give equal text, which the
    deduplication of payloads relies on.
    """
    text = json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    size = len(text.encode("utf-8"))
    if size > limit:
        raise PayloadTooLarge(size, limit)
    return text


def decode_payload(text: str) -> dict[str, Any]:
    """The reverse of `encode_payload`."""
    value = json.loads(text)
    if not isinstance(value, dict):
        raise ValueError("a payload must be a JSON object")
    return value


def parse_priority(word: str) -> int:
    """Turn "urgent", "normal", "bulk" or a number into a priority."""
    if word in PRIORITIES:
        return PRIORITIES[word]
    try:
        number = int(word)
    except ValueError:
        names = ", ".join(PRIORITIES)
        raise ValueError(f"priority must be a number or one of {names}") from None
    if not 0 <= number <= 99:
        raise ValueError("priority must lie between 0 and 99")
    return number
