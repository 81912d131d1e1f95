#!/usr/bin/env python3
"""Writes NAME.out next to each TOPIC/NAME.py: CPython's output, and the exception that ends the program.

Needs CPython 3.11; the tests need only the stored files. Usage: update.py [TOPIC | NAME ...]
"""
import bisect, collections, contextlib, datetime, decimal, functools, heapq, io, itertools, json, math, operator, os, pathlib, re
import string, sys, time

FOLDER = pathlib.Path(__file__).parent
# Names that Sift predefines.
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
    # Sift has no local time zone: times without a zone are in UTC.
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
