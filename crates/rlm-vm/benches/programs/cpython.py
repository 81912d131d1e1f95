"""Runs a program over a text as often as asked to; prints the best time in milliseconds and what the program printed.

Usage: cpython.py PROGRAM TEXT RUNS
"""
import contextlib
import io
import json
import re
import sys
import time
from collections import defaultdict

program, text, runs = sys.argv[1:]
with open(text, encoding="utf-8") as file:
    context = file.read()
with open(program, encoding="utf-8") as file:
    code = compile(file.read(), program, "exec")
best, printed = float("inf"), ""
for _ in range(int(runs)):
    output = io.StringIO()
    start = time.perf_counter()
    with contextlib.redirect_stdout(output):
        exec(code, {"re": re, "context": context, "defaultdict": defaultdict})
    best = min(best, time.perf_counter() - start)
    printed = output.getvalue()
print(json.dumps({"ms": best * 1000, "printed": printed, "version": sys.version.split()[0]}))
