"""Ferrywright carries jobs from producers to HTTP endpoints.

The public interface is what this module exports. Everything else may change
between minor versions without a note in the changelog.

    >>> from ferrywright import Job, MemoryStorage, Queue
    >>> queue = Queue(MemoryStorage())
    >>> job = queue.put("mail.send", {"to": "someone@example.org"})
    >>> job.state
    'waiting'
"""

from .config import Config, load_config
from .errors import (
    ConfigError,
    DeliveryError,
    DuplicateJob,
    FerrywrightError,
    LeaseLost,
    PayloadTooLarge,
    PermanentFailure,
    StorageBusy,
)
from .job import Job
from .queue import Queue
from .retry import RetryPolicy
from .storage import MemoryStorage, SqliteStorage
from .worker import Worker

__all__ = [
    "Config",
    "ConfigError",
    "DeliveryError",
    "DuplicateJob",
    "FerrywrightError",
    "Job",
    "LeaseLost",
    "MemoryStorage",
    "PayloadTooLarge",
    "PermanentFailure",
    "Queue",
    "RetryPolicy",
    "SqliteStorage",
    "StorageBusy",
    "Worker",
    "load_config",
]

__version__ = "0.7.2"
