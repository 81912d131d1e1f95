"""Runs a program over a text in CPython or in pydantic-monty, once for each line of standard input.

Usage: python.py cpython|monty PROGRAM TEXT

Prints one JSON object per line: the version, then for each run its milliseconds and its output or error.
"""
import contextlib
import importlib.metadata
import io
import json
import platform
import re
import sys
import time
from collections import defaultdict


def cpython(source, context):
    names = {"re": re, "context": context, "defaultdict": defaultdict}
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        start = time.perf_counter()
        exec(compile(source, "program", "exec"), names)
        took = time.perf_counter() - start
    # The program's values are freed only now, which is not part of any language's time.
    return took, output.getvalue()


def monty(source, context):
    output = pydantic_monty.CollectString()
    with pool.checkout(limits={"max_memory": 1 << 30, "max_feed_duration_secs": 60.0}) as session:
        session.feed_run("import re\nfrom collections import defaultdict", inputs={"context": context})
        start = time.perf_counter()
        session.feed_run(source, print_callback=output)
        took = time.perf_counter() - start
    return took, output.output


def tell(**fields):
    print(json.dumps(fields), flush=True)


engine, program, text = sys.argv[1:]
with open(program, encoding="utf-8") as file:
    source = file.read()
with open(text, encoding="utf-8") as file:
    context = file.read()

with contextlib.ExitStack() as stack:
    if engine == "monty":
        try:
            import pydantic_monty
        except ImportError as error:
            tell(error=str(error))
            sys.exit()
        pool = stack.enter_context(pydantic_monty.Monty())
        run, version = monty, importlib.metadata.version("pydantic-monty")
    else:
        run, version = cpython, platform.python_version()
    tell(version=version)
    for _ in sys.stdin:
        try:
            took, printed = run(source, context)
            tell(ms=took * 1000, printed=printed)
        except Exception as error:
            tell(error=f"{type(error).__name__}: {error}")
