"""The binary under attack: `run` measures it, `model` scripts its replies."""

import json
import os
import subprocess
import sys
import time

RLM = os.path.abspath(sys.argv[1])


def run(arguments, seconds, term_after=None, **options):
    """Runs the binary, with SIGTERM after `term_after` seconds if set, and SIGKILL after `seconds`.

    Returns its exit code (None if it was killed), its running time in seconds, and its peak of resident bytes."""
    start = time.monotonic()
    process = subprocess.Popen(
        [RLM, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options
    )
    code = None
    while time.monotonic() - start < seconds:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            code = os.waitstatus_to_exitcode(status)
            break
        if term_after is not None and time.monotonic() - start > term_after:
            process.terminate()
            term_after = None
        time.sleep(0.01)
    else:
        process.kill()
        _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    return code, time.monotonic() - start, usage.ru_maxrss * 1024


def model(folder, program):
    """Writes a model that replies with a program; returns the arguments that select it."""
    reply = f"```repl\n{program}\n```"
    rules = [{"match": "x", "reply": "subreply"}]
    (folder / "model.json").write_text(json.dumps({"script": [reply, "FINAL: done"], "rules": rules}))
    return ["--model", "fake:model.json"]
