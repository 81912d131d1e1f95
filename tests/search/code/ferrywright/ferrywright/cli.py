"""The command `ferrywright`."""

from __future__ import annotations

import argparse
import json
import logging
import sys
import time
from typing import Sequence

from .config import Config, load_config
from .errors import FerrywrightError
from .http import Client
from .job import Job, parse_priority
from .metrics import Metrics, serve
from .queue import Queue
from .storage import SqliteStorage
from .worker import Worker


def build_parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    parser = argparse.ArgumentParser(
        prog="ferrywright", description="Queue jobs and deliver them to HTTP endpoints.")
    parser.add_argument("--config", metavar="FILE", help="read settings from this file")
    parser.add_argument("--database", metavar="FILE", help="use this database")
    parser.add_argument("-v", "--verbose", action="count", default=0,
                        help="say more; twice for debugging")
    commands = parser.add_subparsers(dest="command", required=True)

    put = commands.add_parser("put", help="add a job")
    put.add_argument("kind")
    put.add_argument("payload", help="a JSON object, or - to read it from standard input")
    put.add_argument("--delay", type=float, default=0.0, metavar="SECONDS")
    put.add_argument("--priority", type=parse_priority, default="normal")
    put.add_argument("--key", help="deduplication key")

    work = commands.add_parser("work", help="deliver jobs until interrupted")
    work.add_argument("--to", action="append", default=[], metavar="KIND=URL",
                      help="where jobs of a kind go; may be repeated")
    work.add_argument("--concurrency", type=int)

    commands.add_parser("status", help="count the jobs in each state")

    buried = commands.add_parser("buried", help="list the jobs which failed for good")
    buried.add_argument("--limit", type=int, default=20)

    dig = commands.add_parser("dig-up", help="try buried jobs again")
    dig.add_argument("ids", nargs="+", metavar="ID")

    cancel = commands.add_parser("cancel", help="cancel jobs that have not begun")
    cancel.add_argument("ids", nargs="+", metavar="ID")

    prune = commands.add_parser("prune", help="delete finished jobs")
    prune.add_argument("--vacuum", action="store_true",
                       help="also shrink the file; workers must wait meanwhile")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    args = build_parser().parse_args(argv)
    level = (logging.WARNING, logging.INFO, logging.DEBUG)[min(args.verbose, 2)]
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(message)s")
    try:
        config = load_config(args.config, database=args.database,
                             concurrency=getattr(args, "concurrency", None))
        storage = SqliteStorage(config.database, config.busy_timeout, config.max_payload)
        queue = Queue(storage, lease=config.lease, max_payload=config.max_payload)
        return COMMANDS[args.command](args, config, queue)
    except FerrywrightError as error:
        print(f"ferrywright: {error}", file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        # Somebody piped us into `head`. That is not an error.
        sys.stderr.close()
        return 0


def _put(args: argparse.Namespace, config: Config, queue: Queue) -> int:
    text = sys.stdin.read() if args.payload == "-" else args.payload
    try:
        payload = json.loads(text)
    except json.JSONDecodeError as error:
        print(f"ferrywright: the payload is not JSON: {error}", file=sys.stderr)
        return 2
    if not isinstance(payload, dict):
        print("ferrywright: the payload must be an object", file=sys.stderr)
        return 2
    job = queue.put(args.kind, payload, delay=args.delay, priority=args.priority,
                    key=args.key)
    print(job.id)
    return 0


def _work(args: argparse.Namespace, config: Config, queue: Queue) -> int:
    metrics = Metrics()
    worker = Worker(queue, concurrency=config.concurrency,
                    poll_interval=config.poll_interval, metrics=metrics)
    client = Client(config.connect_timeout, config.read_timeout, config.signing_secret)
    for pair in args.to:
        kind, equals, url = pair.partition("=")
        if not equals:
            print(f"ferrywright: {pair!r} is not KIND=URL", file=sys.stderr)
            return 2
        worker.deliver(kind, url, client)
    if config.metrics_address:
        serve(metrics, config.metrics_address)
    worker.run()
    return 0


def _status(args: argparse.Namespace, config: Config, queue: Queue) -> int:
    counts = queue.storage.counts()
    for state in ("waiting", "running", "done", "buried", "cancelled"):
        print(f"{state:10} {counts.get(state, 0):8}")
    # Scripts use this to raise an alarm.
    return 10 if counts.get("buried") else 0


def _buried(args: argparse.Namespace, config: Config, queue: Queue) -> int:
    for job in queue.graveyard(args.limit):
        print(_line(job))
    return 0


def _line(job: Job) -> str:
    created = time.strftime("%Y-%m-%d %H:%M", time.gmtime(job.created))
    return f"{job.id}  {created}  {job.kind:20}  {job.attempts:2}  {job.last_error or ''}"


def _dig_up(args: argparse.Namespace, config: Config, queue: Queue) -> int:
    missing = 0
    for job_id in args.ids:
        try:
            queue.dig_up(job_id)
        except (KeyError, ValueError) as error:
            print(f"ferrywright: {error}", file=sys.stderr)
            missing += 1
    return 1 if missing else 0


def _cancel(args: argparse.Namespace, config: Config, queue: Queue) -> int:
    failed = [job_id for job_id in args.ids if not queue.cancel(job_id)]
    for job_id in failed:
        print(f"ferrywright: {job_id} is unknown or has begun", file=sys.stderr)
    return 1 if failed else 0


def _prune(args: argparse.Namespace, config: Config, queue: Queue) -> int:
    print(queue.prune(config.keep_done))
    if args.vacuum:
        assert isinstance(queue.storage, SqliteStorage)
        queue.storage.vacuum()
    return 0


COMMANDS = {
    "put": _put,
    "work": _work,
    "status": _status,
    "buried": _buried,
    "dig-up": _dig_up,
    "cancel": _cancel,
    "prune": _prune,
}


if __name__ == "__main__":
    sys.exit(main())
