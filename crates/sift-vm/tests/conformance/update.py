#!/usr/bin/env python3
"""Writes NAME.out beside each TOPIC/NAME.py: what CPython prints for it, and the exception that it ends in.

Needs CPython 3.11; the tests need only what is stored. Usage: update.py [TOPIC | NAME ...]
"""
import bisect, collections, contextlib, datetime, decimal, functools, heapq, io, itertools, json, math, operator, os, pathlib, re
import string, sys, time

FOLDER = pathlib.Path(__file__).parent
# Names that Sift binds from the start.
GIVEN = {
    "re": re, "json": json, "math": math, "collections": collections, "Counter": collections.Counter,
    "defaultdict": collections.defaultdict, "OrderedDict": collections.OrderedDict, "deque": collections.deque,
    "datetime": datetime.datetime, "timedelta": datetime.timedelta, "timezone": datetime.timezone,
    "functools": functools, "heapq": heapq, "itertools": itertools,
    "bisect": bisect, "operator": operator, "string": string, "namedtuple": collections.namedtuple,
    "reduce": functools.reduce, "partial": functools.partial, "lru_cache": functools.lru_cache,
    "groupby": itertools.groupby, "combinations": itertools.combinations, "itemgetter": operator.itemgetter,
    "groupby": itertools.groupby,
}


def expectation(source):
    stdout, raised = io.StringIO(), ""
    decimal.setcontext(decimal.Context())
    try:
        with contextlib.redirect_stdout(stdout):
            exec(compile(source, "<program>", "exec"), {"__name__": "__main__", **GIVEN})
    except Exception as error:
        raised = f"raised {type(error).__name__}: {error}\n"
    return stdout.getvalue() + raised


def main():
    # Sift knows no local zone: what has none is in UTC.
    os.environ["TZ"] = "UTC"
    time.tzset()
    assert sys.version_info[:2] == (3, 11), "expectations are those of CPython 3.11"
    wanted = sys.argv[1:]
    for program in sorted(FOLDER.rglob("*.py")):
        if program.name == "update.py" or wanted and not {program.stem, program.parent.name} & set(wanted):
            continue
        program.with_suffix(".out").write_text(expectation(program.read_text()))


if __name__ == "__main__":
    main()
