"""The reproductions of earlier findings: the scripts in the folder RLM_FINDINGS, or in `shared/findings` next to the repository.

Each function yields a line for each script whose fault has returned. The scripts run unchanged, from a temporary folder.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from binary import RLM, run

REPOSITORY = Path(__file__).resolve().parents[2]
FINDINGS = Path(os.environ.get("RLM_FINDINGS") or REPOSITORY.parent / "shared" / "findings").resolve()

# A program is stopped after this many seconds, and may take half a second more.
SECONDS = 2
PROMPT = 0.5


def are_here():
    return (FINDINGS / "security").is_dir() and (FINDINGS / "faults").is_dir()


def programs(*parts):
    """Returns the Sift programs of the security findings with these numbers."""
    return sorted(path for part in parts for path in FINDINGS.glob(f"security/{part}-*/*.sift"))


def name_of(path):
    return str(path.relative_to(FINDINGS))


def leaks(folder):
    """Runs 05, which prints for each program whether it sent the secret. Only strict taint promises that it doesn't."""
    for path in FINDINGS.glob("security/05-*/*"):
        shutil.copy(path, folder)
    (folder / "bin").mkdir(exist_ok=True)
    link = folder / "bin" / "rlm"
    link.unlink(missing_ok=True)
    link.symlink_to(RLM)
    environment = dict(os.environ, PATH=f"{folder / 'bin'}:{os.environ['PATH']}")
    lines, error = script(folder / "one.py", folder, 300, environment)
    strict = [line for line in lines if line.startswith("['--taint', 'strict']")]
    if error or not strict:
        yield f"security/05: not usable: {error or 'it printed nothing'}"
    for line in strict:
        if "NOT SENT" not in line:
            yield f"security/05: {line}"


def crashes(folder):
    """Runs 03, whose programs overflowed the stack of the process."""
    for path in programs("03"):
        code, _, _ = run(["exec", str(path)], 60, cwd=folder)
        if code is not None and (code < 0 or code > 100):
            yield f"{name_of(path)}: exit {code}"
    for path in FINDINGS.glob("security/03-*/*.json"):
        asked = ["run", "What?", "--data", "x", "--model", f"fake:{path}", "--no-journal"]
        code, _, _ = run(asked, 60, cwd=folder)
        if code is not None and (code < 0 or code > 100):
            yield f"{name_of(path)}: exit {code}"


def deadlines(folder):
    """Sends SIGTERM to 01 and 06 while they run, and gives the models of 01 a time limit. `large.txt` is the context."""
    asked = ["exec", "--context", "large.txt"]
    (folder / "nothing.sift").write_text("1\n")
    _, startup, _ = run([*asked, "nothing.sift"], 120, cwd=folder)
    for path in programs("01", "06"):
        _, seconds, _ = run([*asked, str(path)], 60, term_after=startup + SECONDS, cwd=folder)
        if seconds > startup + SECONDS + PROMPT:
            yield f"{name_of(path)}: {seconds - startup:.1f} s after SIGTERM at {SECONDS}"
    asked = ["run", "How?", "--context", "large.txt", "--no-journal", "--grace-seconds", "0"]
    for path in sorted(FINDINGS.glob("security/01-*/*.json")):
        limit = ["--max-seconds", str(SECONDS), "--model", f"fake:{path}"]
        _, seconds, _ = run([*asked, *limit], 60, cwd=folder)
        if seconds > startup + SECONDS + PROMPT:
            yield f"{name_of(path)}: {seconds:.1f} s of {SECONDS} ({startup:.1f} s to start)"


def memory(folder, resident_bytes):
    """Runs 02 and 07 for at most ten seconds each."""
    for path in programs("02", "07"):
        _, _, resident = run(["exec", str(path)], 10, cwd=folder)
        if resident > resident_bytes:
            yield f"{name_of(path)}: {resident >> 20} MiB resident of {resident_bytes >> 20}"


def script(path, folder, seconds, environment=None, arguments=()):
    """Runs a Python script; returns its output lines, and an error if it failed. Kills its children too."""
    process = subprocess.Popen(
        [sys.executable, str(path), *arguments],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        cwd=folder, env=dict(environment or os.environ, PYTHONUNBUFFERED="1"), start_new_session=True,
    )
    try:
        out, err = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        out, _ = process.communicate()
        return out.splitlines(), f"not done after {seconds} s"
    words = err.strip().splitlines() or ["no message"]
    return out.splitlines(), f"exit {process.returncode}: {words[-1][:120]}" if process.returncode else None


def price_ignored(folder):
    """04: a price set by the user also applies to loopback, so that a large usage ends the run by its cost limit."""
    server = FINDINGS / "security/04-price-ignored-on-loopback/srv.py"
    (folder / "port").unlink(missing_ok=True)
    process = subprocess.Popen([sys.executable, str(server)], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        port = wait_for(folder / "port")
        named = f"compat:m@http://127.0.0.1:{port}/ok"
        asked = ["run", "What?", "--data", "x", "--model", named, "--price", "compat:m=1000,1000,1000", "--json"]
        asked += ["--no-journal", "--max-cost", "500", "--max-seconds", "10", "--progress", "none"]
        environment = dict(os.environ, LLM_API_KEY="k")
        ran = subprocess.run([RLM, *asked], cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
        if re.search(r'"cost(_usd)?": *0(\.0+)?[,}\s]', ran.stdout):
            yield "security/04: a price set by the user is ignored"
    finally:
        process.kill()
        process.wait()


def wait_for(path):
    for _ in range(100):
        if path.exists() and path.read_text():
            return path.read_text()
        time.sleep(0.05)
    raise TimeoutError(f"{path} was not written")


# A line of a script's output: a name, the exit code and the seconds.
LINE = re.compile(r"^(?P<name>.*?)\s+(?:rc )?(?P<code>-?\d+)\s+(?P<seconds>[\d.]+) s")


def shows_crash(line):
    code = re.search(r"\brc (-?\d+)", line)
    return code is not None and (int(code[1]) < 0 or int(code[1]) > 100)


def hang(line):
    """G1: a hung call affects only itself, within 30 s: 19 or all of 20 replies arrive."""
    found = LINE.match(line)
    if not found:
        return None
    replies = line[found.end() :].split()[:1]
    return found["code"] != "0" or float(found["seconds"]) > 30 or replies not in (["19"], ["20"])


def outage_ends(line):
    """G2: no run ends in an outage while a fallback works. The script's run never answers: a limit ends it."""
    return re.match(r"4 [\d.]+ \{|.*(out|unreachable) for too long", line)


def outage(line):
    """G2 and G3: the fallback answers for a server that is down. A server that rejects requests (400) is not an outage: all
    sub-calls fail, which the run must report."""
    if line.startswith("sub 400 always"):
        return "not based on any" not in line
    return re.search(r"rc [1-9]|TIMEOUT|out ('0'|'')", line)


def stream(line):
    """G4 and G8: the first of two choices is used, the encoding is named, an oversized reply is not retried, and nothing hangs."""
    if line.startswith("twochoices"):
        return not re.search(r"rc 0\b.*\b[12] req", line)
    if line.startswith("gzip"):
        return "gzip`" not in line
    if line.startswith("flood"):
        return not re.search(r"\b1 req", line)
    return "TIMEOUT" in line


def tool(line):
    """G5: a printed result is used, even if a pipe stays open or is flooded."""
    found = LINE.match(line)
    slow = found and found["name"].strip() in ("child survives", "detached child") and float(found["seconds"]) > 5
    return slow or "TIMEOUT" in line


def server(line):
    """G7: a tool with an unusual name is skipped, and the other tools of its server remain."""
    return re.match(r"(odd names|dup names|huge list) +rc [^0]", line) or "TIMEOUT" in line


def together(line):
    """Three runs on one cache answer, all jobs are processed, and one of three resumes succeeds."""
    unfinished = re.match(r"\d{8}-\d{6}-\w+ (?!COMPLETE)", line)
    return unfinished or re.match(r"resume (?![02]\b)|[1-9]\d* .*\| \[", line)


# The scripts of faults, with a predicate for output lines that show the fault, and a time limit in seconds.
FAULTS = {
    "budget.py": (lambda line: line.endswith(" OVER"), 600),
    "fall2.py": (outage, 600),
    "fallback.py": (outage_ends, 240),
    "hang.py": (hang, 800),
    "long.py": (lambda line: re.search(r" rc [1-9]", line), 900),
    "mcp.py": (server, 900),
    "sse.py": (stream, 900),
    "tools.py": (tool, 600),
    "two.py": (together, 300),
}


def faults(folder):
    """Runs 04 and all of `faults`. Also reports scripts that fail and scripts without a rule."""
    yield from price_ignored(folder)
    for path in sorted(FINDINGS.glob("faults/*.py")):
        if path.name not in FAULTS:
            yield f"{name_of(path)}: no rule for this script"
            continue
        shows, seconds = FAULTS[path.name]
        lines, error = script(path, folder, seconds, arguments=[RLM])
        if error:
            yield f"{name_of(path)}: {error}"
        for line in lines:
            if shows_crash(line) or shows(line):
                yield f"{name_of(path)}: {line[:160]}"
