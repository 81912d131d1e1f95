"""Writes examples.txt of sift-stdlib: an example of each library function, with CPython 3.11's output.

Each line of own.txt is a path and a program; the value of the program's last expression is shown. Functions
that are not in own.txt are taken from attributes.txt. Functions that Python doesn't have are marked `own`: `just manual` fills in
the machine's output.
"""

import contextlib
import decimal
import io
import pathlib
import re

HERE = pathlib.Path(__file__).parent
TARGET = HERE.parent.parent.parent / "sift-stdlib/src/examples.txt"


def rows(path):
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


def value(program):
    """Runs a program as a reader would write it, with the predefined modules."""
    names = {}
    # An example may set the context of decimal numbers.
    decimal.setcontext(decimal.Context(prec=28, traps=decimal.DefaultContext.traps))
    for module in "re json math collections itertools functools heapq bisect operator string textwrap statistics datetime csv io difflib unicodedata ast decimal fractions typing".split():
        names[module] = __import__(module)
    for module, members in {"collections": "Counter defaultdict OrderedDict deque"}.items():
        for member in members.split():
            names[member] = getattr(names[module], member)
    *setup, last = program.split("; ")
    with contextlib.redirect_stdout(io.StringIO()) as shown:
        for statement in setup:
            exec(statement, names)
        try:
            result = eval(last, names)
        except SyntaxError:
            exec(last, names)
            result = None
    printed = shown.getvalue().rstrip("\n")
    return printed if printed else repr(result)


def main():
    before = {row[0]: row for row in rows(TARGET)} if TARGET.exists() else {}
    found = {}
    for path, program in rows(HERE / "own.txt"):
        try:
            if path == "help" or "await " in program or path.startswith("asyncio."):
                raise NameError(path)
            output = value(program)
        except (NameError, AttributeError, ModuleNotFoundError):
            kept = before.get(path, ["", "", ""])
            found[path] = [path, program, kept[2] if kept[1] == program else "", "own"]
            continue
        found[path] = [path, program, output]
    for path, program, output, *_ in rows(HERE.parent / "attributes.txt"):
        taken = re.fullmatch(r"((?:import \S+; |from \S+ import [^;]+; )*)((?:.*; )?)print\(repr\((.*)\)\)", program)
        if path in found or output == "-" or not taken or path.split(".")[0] in ("ast", "typing"):
            continue
        imports, setup, last = taken.groups()
        if re.search(r"\bx\b", last) is None:
            setup = re.sub(r"^x = .*?; ", "", setup)
        for shown in (setup + last, imports + setup + last):
            with contextlib.suppress(Exception):
                if value(shown) == output and len(shown) <= 140 and len(output) <= 110:
                    found[path] = [path, shown, output]
                    break
    lines = ["\t".join(found[path]) for path in sorted(found)]
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")


main()
