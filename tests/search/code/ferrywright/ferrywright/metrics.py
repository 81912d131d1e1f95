"""Counters and timings, served as plain text for a monitoring system."""

from __future__ import annotations

import bisect
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

#: Upper bounds of the buckets for the duration of handlers, in seconds.
BUCKETS = (0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 30.0, 120.0)


class Metrics:
    """Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counters: dict[str, int] = {}
        self._timings: dict[str, list[int]] = {}
        self._sums: dict[str, float] = {}

    def add(self, name: str, amount: int) -> None:
        """Raise a counter."""
        with self._lock:
            self._counters[name] = self._counters.get(name, 0) + amount

    def observe(self, kind: str, seconds: float) -> None:
        """Note how long a handler took."""
        with self._lock:
            buckets = self._timings.setdefault(kind, [0] * (len(BUCKETS) + 1))
            buckets[bisect.bisect_left(BUCKETS, seconds)] += 1
            self._sums[kind] = self._sums.get(kind, 0.0) + seconds

    def count(self, name: str) -> int:
        """The value of a counter."""
        with self._lock:
            return self._counters.get(name, 0)

    def render(self) -> str:
        """All values in the text format which scrapers expect.

        Buckets are cumulative: each contains the ones before it.
        """
        lines = []
        with self._lock:
            for name, value in sorted(self._counters.items()):
                lines.append(f"ferrywright_jobs_{name}_total {value}")
            for kind, buckets in sorted(self._timings.items()):
                total = 0
                for bound, number in zip((*BUCKETS, float("inf")), buckets):
                    total += number
                    label = "+Inf" if bound == float("inf") else f"{bound:g}"
                    lines.append("ferrywright_handler_seconds_bucket"
                                 f'{{kind="{kind}",le="{label}"}} {total}')
                lines.append(f'ferrywright_handler_seconds_sum{{kind="{kind}"}} '
                             f"{self._sums[kind]:.3f}")
        return "\n".join(lines) + "\n"


def serve(metrics: Metrics, address: str) -> ThreadingHTTPServer:
    """Serve the metrics under `/metrics` in a thread of its own.

    The address is "host:port". Bind to the loopback interface unless a
    firewall stands in front: the kinds of jobs may tell a lot.
    """
    host, _, port = address.rpartition(":")

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path != "/metrics":
                self.send_error(404)
                return
            body = metrics.render().encode("utf-8")
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer((host or "127.0.0.1", int(port)), Page)
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    return server
