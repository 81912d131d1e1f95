"""All exceptions which Ferrywright raises on purpose.

Callers can catch `FerrywrightError` to catch every one of them. Anything else
that escapes is a bug and should be reported.
"""

from __future__ import annotations


class FerrywrightError(Exception):
    """Base class of all errors of this package."""

    #: Exit code of the command-line tool when the error reaches it.
    exit_code = 1


class ConfigError(FerrywrightError):
    """A setting is missing, misspelt or out of range."""

    exit_code = 2

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(f"setting {key!r}: {reason}")
        self.key = key
        self.reason = reason


class DuplicateJob(FerrywrightError):
    """A job with the same deduplication key is still waiting or running.

    Raised by `Queue.put` only if it was called with `on_duplicate="raise"`.
    The existing job is in the attribute `existing`.
    """

    exit_code = 3

    def __init__(self, key: str, existing: str) -> None:
        super().__init__(f"a job with key {key!r} exists already: {existing}")
        self.key = key
        self.existing = existing


class PayloadTooLarge(FerrywrightError):
    """The encoded payload is bigger than `max_payload` allows.

    Put large documents into a file store and queue a reference to them.
    """

    exit_code = 3

    def __init__(self, size: int, limit: int) -> None:
        super().__init__(f"payload has {size} bytes, the limit is {limit}")
        self.size = size
        self.limit = limit


class LeaseLost(FerrywrightError):
    """Another worker has taken over the job in the meantime.

    This happens when a handler runs for longer than the lease and does not
    call `Worker.heartbeat`. The result of the handler is thrown away.
    """

    exit_code = 4


class StorageBusy(FerrywrightError):
    """The database stayed locked by another process for too long.

    Raise `busy_timeout` in the configuration or reduce the number of
    processes which write to the same file.
    """

    exit_code = 5


class DeliveryError(FerrywrightError):
    """An endpoint could not be reached or answered with an error.

    Deliveries that end this way are tried again.
    """

    exit_code = 6

    def __init__(self, message: str, status: int | None = None,
                 retry_after: float | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.retry_after = retry_after


class PermanentFailure(FerrywrightError):
    """Trying again is pointless; the job goes to the graveyard at once.

    Handlers may raise it themselves, for example when the payload names a
    customer that has been deleted.
    """

    exit_code = 7
