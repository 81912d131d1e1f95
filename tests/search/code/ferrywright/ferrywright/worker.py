"""Workers take jobs from a queue and run handlers for them."""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import threading
import time
from typing import Any, Callable

from .errors import LeaseLost, PermanentFailure
from .http import Client
from .job import Job
from .metrics import Metrics
from .queue import Queue
from .retry import CircuitBreaker

log = logging.getLogger(__name__)

Handler = Callable[[Job], Any]

#: How often the main thread looks for jobs of dead workers.
REAP_EVERY = 15.0


class Worker:
    """Runs handlers in threads until it is told to stop.

        worker = Worker(queue, concurrency=4)

        @worker.handler("mail.send")
        def send(job):
            ...

        worker.run()
    """

    def __init__(self, queue: Queue, *, concurrency: int = 4,
                 poll_interval: float = 0.5, metrics: Metrics | None = None) -> None:
        self.queue = queue
        self.concurrency = concurrency
        self.poll_interval = poll_interval
        self.metrics = metrics or Metrics()
        self.name = f"{socket.gethostname()}:{os.getpid()}"
        self._handlers: dict[str, Handler] = {}
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._local = threading.local()

    def handler(self, kind: str) -> Callable[[Handler], Handler]:
        """Register a function for a kind of job. Meant as a decorator."""

        def register(function: Handler) -> Handler:
            if kind in self._handlers:
                raise ValueError(f"two handlers for {kind!r}")
            self._handlers[kind] = function
            return function

        return register

    def deliver(self, kind: str, url: str, client: Client,
                breaker: CircuitBreaker | None = None) -> None:
        """Register an endpoint: each job of this kind is posted to it."""
        breaker = breaker or CircuitBreaker()

        def post(job: Job) -> None:
            if not breaker.allows(time.monotonic()):
                from .errors import DeliveryError

                raise DeliveryError(f"{url}: resting after repeated failures", 503,
                                    retry_after=breaker.cooldown)
            body = json.dumps(job.payload, ensure_ascii=False).encode("utf-8")
            try:
                client.post(url, body, job.id)
            except Exception:
                breaker.failure(time.monotonic())
                raise
            breaker.success()

        self.handler(kind)(post)

    def run(self) -> None:
        """Work until `stop` is called or a signal arrives."""
        self._install_signals()
        for number in range(self.concurrency):
            thread = threading.Thread(target=self._loop, args=(number,),
                                      name=f"ferrywright-{number}", daemon=True)
            thread.start()
            self._threads.append(thread)
        last_reap = 0.0
        while not self._stopping.wait(self.poll_interval):
            if time.monotonic() - last_reap > REAP_EVERY:
                self.metrics.add("reaped", self.queue.reap())
                last_reap = time.monotonic()
        self._drain()

    def stop(self) -> None:
        """Finish the jobs in hand and start no more."""
        self._stopping.set()

    def _install_signals(self) -> None:
        # Python runs signal handlers in the main thread only; when a test
        # runs a worker elsewhere it has to call stop itself.
        if threading.current_thread() is not threading.main_thread():
            return
        signal.signal(signal.SIGTERM, lambda *_: self.stop())
        signal.signal(signal.SIGINT, lambda *_: self.stop())

    def _drain(self) -> None:
        """Wait for running handlers, but no longer than one lease.

        What is still running then is left behind: its lease runs out and
        another worker picks the job up.
        """
        deadline = time.monotonic() + self.queue.lease
        for thread in self._threads:
            thread.join(max(deadline - time.monotonic(), 0.0))
            if thread.is_alive():
                log.warning("%s did not finish in time", thread.name)

    def _loop(self, number: int) -> None:
        owner = f"{self.name}:{number}"
        while not self._stopping.is_set():
            try:
                busy = self.work_once(owner)
            except Exception:
                # The storage is in trouble. Do not spin.
                log.exception("cannot take jobs")
                busy = False
            if not busy:
                self._stopping.wait(self.poll_interval)

    def work_once(self, owner: str) -> bool:
        """Take one job and run it. Returns whether there was one."""
        job = self.queue.take(owner)
        if job is None:
            return False
        self._local.job = job
        self._local.owner = owner
        started = time.monotonic()
        try:
            handler = self._handlers.get(job.kind)
            if handler is None:
                raise PermanentFailure(f"no handler for {job.kind!r}")
            handler(job)
            self.queue.finish(self._local.job, owner)
            self.metrics.add("done", 1)
        except LeaseLost:
            # Another worker has the job, and its result will count.
            log.warning("job %s: lease lost, result dropped", job.id)
            self.metrics.add("lost", 1)
        except Exception as error:
            self._fail(self._local.job, owner, error)
        finally:
            self.metrics.observe(job.kind, time.monotonic() - started)
            self._local.job = None
        return True

    def _fail(self, job: Job, owner: str, error: Exception) -> None:
        self.metrics.add("failed", 1)
        try:
            self.queue.fail(job, owner, error)
        except LeaseLost:
            self.metrics.add("lost", 1)

    def heartbeat(self) -> None:
        """Called by long handlers to keep their job.

        Call it at least once in half of the lease. It costs one write to
        the storage.
        """
        job = getattr(self._local, "job", None)
        if job is None:
            raise RuntimeError("heartbeat outside of a handler")
        self._local.job = self.queue.extend(job, self._local.owner)
