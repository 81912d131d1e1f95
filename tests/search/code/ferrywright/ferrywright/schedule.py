"""Recurring jobs: a cron-like table that puts jobs into the queue.

Every scheduler process reads the same table. That they do not all put the
same job is left to the deduplication key, which contains the minute.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from .queue import Queue

#: Names accepted in the field for the day of the week; Monday is 0.
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

#: Missed runs older than this are skipped after a standstill.
CATCH_UP = dt.timedelta(hours=6)


@dataclass(frozen=True)
class Pattern:
    """When a job recurs: minute, hour and day of the week."""

    minutes: frozenset[int]
    hours: frozenset[int]
    weekdays: frozenset[int]

    @classmethod
    def parse(cls, text: str) -> "Pattern":
        """Read "*/15 8-18 mon-fri" and the like.

        Each field is a star, a number, a range, a list with commas or a step.
        Days of the month are not supported: use a daily job that looks at
        the calendar itself.
        """
        parts = text.lower().split()
        if len(parts) != 3:
            raise ValueError("a pattern has three fields: minute, hour, weekday")
        return cls(_field(parts[0], 60), _field(parts[1], 24), _field(parts[2], 7))

    def matches(self, moment: dt.datetime) -> bool:
        """Whether the job is due in this minute."""
        return (moment.minute in self.minutes and moment.hour in self.hours
                and moment.weekday() in self.weekdays)


def _field(text: str, size: int) -> frozenset[int]:
    result: set[int] = set()
    for part in text.split(","):
        part, _, step_text = part.partition("/")
        step = int(step_text) if step_text else 1
        if step < 1:
            raise ValueError("a step must be at least 1")
        if part == "*":
            low, high = 0, size - 1
        else:
            first, _, last = part.partition("-")
            low = _number(first)
            high = _number(last) if last else low
        if not 0 <= low <= high < size:
            raise ValueError(f"{part!r} is out of range")
        result.update(range(low, high + 1, step))
    return frozenset(result)


def _number(text: str) -> int:
    return WEEKDAYS.index(text) if text in WEEKDAYS else int(text)


@dataclass
class Entry:
    """One line of the table."""

    name: str
    pattern: Pattern
    kind: str
    payload: dict[str, Any] = field(default_factory=dict)


class Scheduler:
    """Puts due jobs of its table into a queue.

    All times are UTC. Local time would skip or repeat an hour when the
    clocks change, and nightly jobs tend to sit in just that hour.
    """

    def __init__(self, queue: Queue, entries: list[Entry]) -> None:
        names = [entry.name for entry in entries]
        if len(names) != len(set(names)):
            raise ValueError("two entries have the same name")
        self.queue = queue
        self.entries = entries
        self._last: dt.datetime | None = None

    def tick(self, now: dt.datetime) -> int:
        """Put all jobs that became due since the last call; return how many."""
        now = now.astimezone(dt.timezone.utc).replace(second=0, microsecond=0)
        minute = now if self._last is None else self._last + dt.timedelta(minutes=1)
        minute = max(minute, now - CATCH_UP)
        count = 0
        while minute <= now:
            for entry in self.entries:
                if entry.pattern.matches(minute):
                    key = f"cron:{entry.name}:{minute:%Y%m%d%H%M}"
                    self.queue.put(entry.kind, entry.payload, key=key)
                    count += 1
            minute += dt.timedelta(minutes=1)
        self._last = now
        return count
