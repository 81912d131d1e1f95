"""When to try a failed job again, and when to give up."""

from __future__ import annotations

import random
from dataclasses import dataclass

from .errors import DeliveryError, PermanentFailure

#: Status codes after which another attempt has a chance.
RETRYABLE_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True)
class Decision:
    """What to do after a failure."""

    again: bool
    delay: float = 0.0
    reason: str = ""


@dataclass(frozen=True)
class RetryPolicy:
    """Exponential backoff with jitter and an upper bound.

    The delay before attempt n is `base * factor ** (n - 1)`, at most
    `ceiling`, and is then moved up or down by a random share of up to
    `jitter`. Without jitter, jobs that failed together would all come back
    at the same moment and knock the endpoint over again.
    """

    max_attempts: int = 8
    base: float = 2.0
    factor: float = 2.5
    ceiling: float = 3600.0
    jitter: float = 0.2

    def __post_init__(self) -> None:
        if self.max_attempts < 1:
            raise ValueError("max_attempts must be at least 1")
        if self.factor < 1.0:
            raise ValueError("factor below 1 would shorten the delays")
        if not 0.0 <= self.jitter < 1.0:
            raise ValueError("jitter must lie in [0, 1)")

    def raw_delay(self, attempt: int) -> float:
        """The delay before jitter, for the given number of attempts so far."""
        exponent = max(attempt - 1, 0)
        # Large exponents overflow a float; the ceiling is reached long before.
        if exponent > 60:
            return self.ceiling
        return min(self.base * self.factor ** exponent, self.ceiling)

    def decide(self, error: BaseException, attempts: int,
               rng: random.Random | None = None) -> Decision:
        """Decide what happens to a job that has failed `attempts` times."""
        if isinstance(error, PermanentFailure):
            return Decision(False, reason="the handler gave up")
        if isinstance(error, DeliveryError) and error.status is not None:
            if error.status not in RETRYABLE_STATUS:
                return Decision(False, reason=f"status {error.status} is final")
        if attempts >= self.max_attempts:
            return Decision(False, reason=f"{attempts} attempts are enough")
        delay = self.raw_delay(attempts)
        if self.jitter:
            rng = rng or random.Random()
            delay *= 1.0 + rng.uniform(-self.jitter, self.jitter)
        # An endpoint that names a time knows best, even above our ceiling.
        if isinstance(error, DeliveryError) and error.retry_after is not None:
            delay = max(delay, error.retry_after)
        return Decision(True, delay, reason="will be tried again")


#: For handlers that must never run twice.
NEVER = RetryPolicy(max_attempts=1)


class CircuitBreaker:
    """Stops calling an endpoint that has failed many times in a row.

    After `threshold` failures the breaker opens and refuses calls for
    `cooldown` seconds. Then a single trial call is let through: if it
    succeeds the breaker closes, otherwise it stays open for another round.
    """

    def __init__(self, threshold: int = 10, cooldown: float = 60.0) -> None:
        self.threshold = threshold
        self.cooldown = cooldown
        self.failures = 0
        self.opened_at: float | None = None
        self._trial = False

    def allows(self, now: float) -> bool:
        """Whether a call may be made now."""
        if self.opened_at is None:
            return True
        if now - self.opened_at < self.cooldown or self._trial:
            return False
        self._trial = True
        return True

    def success(self) -> None:
        """Note that a call went well."""
        self.failures = 0
        self.opened_at = None
        self._trial = False

    def failure(self, now: float) -> None:
        """Note that a call failed."""
        self.failures += 1
        self._trial = False
        if self.failures >= self.threshold:
            self.opened_at = now
