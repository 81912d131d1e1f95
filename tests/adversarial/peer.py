"""Runs the programs of `escapes/` in the local REPL of another implementation, and records the results.

    python3 tests/adversarial/peer.py [FOLDER]

It installs `rlms` into a virtual environment in FOLDER (or in a folder that is removed afterwards), runs each program
that has a line `In rlms: WHAT`, and writes `peer-output.md`. Linux only.

The programs do no harm: each runs in a separate process with little memory and a few seconds. It can only read a marker
created by this script, write within the folder, and send data to this script's socket on the loopback interface. WHAT is
one of:

    reads    prints the marker, which is in a file and in an environment variable of the host
    writes   leaves a file outside its folder
    sends    sends the marker to an address
    ends     ends the host's process or its run, without an exception that `except Exception` catches
    crashes  crashes the host's process
    hangs    runs until it is stopped
    memory   uses up the memory
    floods   prints more than 64 MiB, all of which is kept
"""

import hashlib
import json
import os
import platform
import re
import resource
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

PEER, VERSION = "rlms", "0.1.3"
HERE = Path(__file__).resolve().parent
SECONDS_TO_INTERRUPT, SECONDS = 2.0, 4.0
MEMORY_BYTES = 1 << 30
MUCH_MEMORY_KIB, MUCH_OUTPUT_BYTES = 400 << 10, 64 << 20
CONTEXT = "The quick brown fox\njumps over\nthe lazy dog\n"


def main(folder):
    python = folder / "venv" / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", f"{PEER}=={VERSION}"], check=True)
    with tempfile.TemporaryDirectory(dir=folder) as scratch, Listener() as listener:
        marker = "marker-" + secrets.token_hex(8)
        environment = {
            "PATH": "/usr/bin:/bin",
            "TMPDIR": scratch,
            "MARKER": marker,
            "MARKER_FOLDER": scratch,
            "MARKER_PORT": str(listener.port),
        }
        results = []
        with subprocess.Popen(
            [python, __file__, "--worker"], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as worker:
            for name, program, wanted in programs():
                (Path(scratch) / "marker.txt").write_text(marker)
                (Path(scratch) / "written.txt").unlink(missing_ok=True)
                listener.heard.clear()
                worker.stdin.write(json.dumps(program) + "\n")
                worker.stdin.flush()
                seen = json.loads(worker.stdout.readline())
                seen["wrote"] = (Path(scratch) / "written.txt").exists()
                seen["sent"] = marker.encode() in b"".join(listener.heard)
                what = witness(wanted, seen, marker)
                results.append((name, digest(program), wanted, what))
                print(f"{name}: {wanted}: {what or 'NO: ' + str(seen)[:300]}", flush=True)
            worker.stdin.close()
    write(results)


def programs():
    """Yields the programs to run here: name, source and goal."""
    for path in sorted((HERE / "escapes").glob("*.md")):
        for name, body in re.findall(r"^## (\S+)\n(.*?)(?=^## |\Z)", path.read_text(), re.M | re.S):
            wanted = re.search(r"^In rlms: (\w+)$", body, re.M)
            if wanted:
                yield f"{path.stem}/{name}", re.search(r"^```python\n(.*?)^```$", body, re.M | re.S)[1], wanted[1]


def digest(program):
    """Returns the first digits of a program's SHA-256, which identify the program that was run."""
    return hashlib.sha256(program.encode()).hexdigest()[:12]


def witness(wanted, seen, marker):
    """Returns the evidence that a program reached its goal, or None."""
    output = seen.get("stdout", "") + seen.get("stderr", "")
    signal_name = seen["signal"] and signal.Signals(seen["signal"]).name
    late = "it did not end by itself" + (
        ", and an interrupt did not end it either" if seen["ended"] == "killed" else "; an interrupt ended it"
    )
    if wanted == "reads":
        return "it printed the marker" if marker in output else None
    if wanted == "writes":
        return "it left a file" if seen["wrote"] else None
    if wanted == "sends":
        return "the marker arrived at the listener" if seen["sent"] else None
    if wanted == "floods":
        kept = seen.get("stdout_bytes", 0)
        return f"{kept >> 20} MiB of output were kept" if kept > MUCH_OUTPUT_BYTES else memory_of(seen)
    if wanted == "memory":
        return memory_of(seen)
    if wanted == "hangs":
        return late if seen["interrupted"] else None
    if wanted == "crashes":
        return f"the process died of {signal_name}" if signal_name in ("SIGSEGV", "SIGABRT", "SIGBUS") else None
    if wanted == "ends":
        if seen["ended"] == "escaped":
            return f"{seen['exception']} came out of the REPL"
        return f"the process was gone ({signal_name or 'exit'})" if seen["ended"] == "gone" else None
    raise SystemExit(f"unknown: {wanted}")


def memory_of(seen):
    if "MemoryError" in (seen.get("stderr", "") + seen.get("exception", "")):
        return f"it met the limit of {MEMORY_BYTES >> 20} MiB that was set for its process"
    return f"it took {seen['peak_kib'] >> 10} MiB" if seen["peak_kib"] > MUCH_MEMORY_KIB else None


def write(results):
    done = [what for *_, what in results if what]
    lines = [
        f"# What the programs do in {PEER}",
        "",
        f"Written by `peer.py` with {PEER} {VERSION} and CPython {platform.python_version()}: {len(done)} of {len(results)} programs "
        "of `escapes/` that set out to do something did it in the local REPL there. It has no limits of its own: what hangs was "
        f"interrupted after {SECONDS_TO_INTERRUPT:.0f} seconds, and killed after {SECONDS:.0f}.",
        "",
        "| program | SHA-256 | set out to | what was seen |",
        "|---|---|---|---|",
        *(f"| {name} | {program} | {wanted} | {what or 'nothing of it'} |" for name, program, wanted, what in results),
        "",
    ]
    (HERE / "peer-output.md").write_text("\n".join(lines))


class Listener:
    """A socket on the loopback interface that stores what it receives."""

    def __enter__(self):
        self.heard = []
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        threading.Thread(target=self.listen, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.close()

    def listen(self):
        while True:
            try:
                connection, _ = self.server.accept()
            except OSError:
                return
            threading.Thread(target=self.hear, args=(connection,), daemon=True).start()

    def hear(self, connection):
        connection.settimeout(0.3)
        try:
            while piece := connection.recv(4096):
                self.heard.append(piece)
        except OSError:
            pass
        try:
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        except OSError:
            pass
        connection.close()


def work():
    """Runs programs, one JSON string per line, each in a separate process, and prints the observations of each."""
    from rlm.environments.local_repl import LocalREPL

    for line in sys.stdin:
        source, target = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(source)
            run_one(LocalREPL, json.loads(line), target)
        os.close(target)
        seen = watch(child)
        with os.fdopen(source) as pipe:
            told = pipe.read()
        seen["ended"] = "killed" if seen["killed"] else "gone"
        if told and not seen["killed"]:
            seen.update(json.loads(told))
        print(json.dumps(seen), flush=True)


def watch(child):
    """Waits for a process: interrupts it after a while, and kills it after a longer one."""
    begun, interrupted, killed = time.monotonic(), False, False
    while True:
        pid, status, usage = os.wait4(child, os.WNOHANG)
        if pid:
            break
        if not interrupted and time.monotonic() - begun > SECONDS_TO_INTERRUPT:
            interrupted = True
            os.kill(child, signal.SIGINT)
        if not killed and time.monotonic() - begun > SECONDS:
            killed = True
            os.killpg(child, signal.SIGKILL)
        time.sleep(0.01)
    died_of = os.WTERMSIG(status) if os.WIFSIGNALED(status) and not killed else 0
    return {"interrupted": interrupted, "killed": killed, "signal": died_of, "peak_kib": usage.ru_maxrss}


def run_one(repl_class, program, target):
    os.setsid()
    # A script that is started in the background ignores interrupts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
    resource.setrlimit(resource.RLIMIT_CPU, (10, 10))
    repl = repl_class(context_payload=CONTEXT)
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY_BYTES, used + MEMORY_BYTES))
    try:
        result = repl.execute_code(program)
        told = {
            "ended": "returned",
            "stdout": result.stdout[:20_000],
            "stderr": result.stderr[:2_000],
            "stdout_bytes": len(result.stdout),
        }
    except BaseException as error:
        told = {"ended": "escaped", "exception": type(error).__name__}
    for thread in threading.enumerate():
        if thread is not threading.main_thread():
            thread.join(1)
    os.write(target, json.dumps(told).encode())
    os._exit(0)


if __name__ == "__main__":
    if sys.argv[1:] == ["--worker"]:
        work()
    elif len(sys.argv) > 1:
        main(Path(sys.argv[1]).resolve())
    else:
        with tempfile.TemporaryDirectory() as folder:
            main(Path(folder))
