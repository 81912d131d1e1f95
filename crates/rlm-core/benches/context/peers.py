"""CPython's str and re over a file: `peers.py FILE [pyrlm]`. Each input line is a JSON command, answered by one line."""

import importlib.util
import json
import re
import sys
import time

names = {"re": re}
context_class = None
version = "Python " + sys.version.split()[0]
if "pyrlm" in sys.argv[2:]:
    from importlib.metadata import version as version_of

    from pyrlm_runtime.context import Context as context_class

    version = "pyrlm-runtime " + version_of("pyrlm-runtime") + ", " + version


def memory():
    wanted = ("VmHWM", "RssAnon")
    with open("/proc/self/status") as status:
        return {line.split(":")[0]: int(line.split()[1]) for line in status if line.startswith(wanted)}


packages = [package for package in ("rank_bm25",) if importlib.util.find_spec(package)]
print(json.dumps({"version": version, "packages": packages}), flush=True)
for line in sys.stdin:
    command = json.loads(line)
    shown = []
    names["print"] = lambda *values: shown.append(" ".join(map(str, values)))
    if command["kind"] == "open":
        names.pop("context", None)
        names.pop("ctx", None)
        began = time.perf_counter()
        with open(sys.argv[1], encoding="utf-8", newline="") as file:
            names["context"] = file.read()
        if context_class is not None:
            names["ctx"] = context_class.from_text(names["context"])
        took = time.perf_counter() - began
    else:
        compiled = compile(command["source"], "bench", "exec")
        re.purge()
        began = time.perf_counter()
        exec(compiled, names)
        took = time.perf_counter() - began
    try:
        kilobytes = memory()
    except OSError:
        kilobytes = {}
    print(json.dumps({"ms": took * 1e3, "shown": "\n".join(shown), "memory": kilobytes}), flush=True)
