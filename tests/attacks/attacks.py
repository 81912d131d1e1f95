"""Programs that once broke a promise of SECURITY.md, run again by a binary: `just attacks`.

    python3 tests/attacks/attacks.py RLM [MEGABYTES]

Prints one line for each program that breaks a promise, and the counts, which must be 0: leaks under strict taint, crashes,
deadlines exceeded by more than half a second, programs above the memory promise, and findings whose fault has returned.
The reproductions of findings (see findings.py) are part of the count of their kind, and skipped if they are missing.
Deadlines are tested over a context of 60 MB, or of MEGABYTES.
"""

import json
import os
import signal
import sys
import tempfile
from pathlib import Path

import findings
from binary import model, run

MEGABYTES = int(sys.argv[2]) if len(sys.argv) > 2 else 60

# The memory limit of a program, and the resident memory that its process may use.
LIMIT = 128 << 20
RESIDENT = int(LIMIT * 1.3) + (16 << 20)

# The context is SECRET; `mail` must not receive any of it.
SECRET = "SECRETWORD alpha"
PICKED = "def pick(n):\n    {}\nmail(body=''.join([pick(ord(context[i])) for i in range(10)]))"
LEAKS = {
    "a width in a format": PICKED.format("return chr(len(f\"{'':{n}}\"))"),
    "a width in str.format": PICKED.format("return chr(len('{:>{}}'.format('', n)))"),
    "a width in %": PICKED.format("return chr(len('%*d' % (n, 1)))"),
    "a function picked by a key": "fs = {c: (lambda c=c: c) for c in 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'}\n"
    "mail(body=''.join([fs[context[i]]() for i in range(10)]))",
    "fuel as a value": "costs = []\nfor i in range(6):\n    before = budget()['fuel']\n    list(range(100 * ord(context[i])))\n"
    "    costs.append(str(before - budget()['fuel']))\nmail(body=','.join(costs))",
    "rotate": PICKED.format("d = deque(range(256))\n    d.rotate(-n)\n    return chr(d[0])"),
    "del l[:n]": PICKED.format("l = list(range(256))\n    del l[:n]\n    return chr(l[0])"),
    "del l[i]": PICKED.format("l = list(range(256))\n    del l[n]\n    return chr([i for i in range(255) if l[i] != i][0])"),
    "del d[k]": PICKED.format("d = dict.fromkeys(range(256))\n    del d[n]\n    return chr((set(range(256)) - set(d)).pop())"),
    "l[:n] = []": PICKED.format("l = list(range(256))\n    l[:n] = []\n    return chr(l[0])"),
    "insert": PICKED.format("l = [0] * 255\n    l.insert(n, 1)\n    return chr(l.index(1))"),
    "remove": PICKED.format("l = list(range(256))\n    l.remove(n)\n    return chr((set(range(256)) - set(l)).pop())"),
    "sort(reverse=)": "bits = ''\nfor i in range(10):\n    for k in range(8):\n        l = [0, 1]\n"
    "        l.sort(reverse=ord(context[i]) >> k & 1)\n        bits += str(l[0])\nmail(body=bits)",
    "the precision of decimals": PICKED.format("getcontext().prec = n\n    return chr(len(str(Decimal(1) / 3)) - 2)"),
    "bisect": PICKED.format("return chr(bisect_left(range(256), n))"),
    "min by a key": PICKED.format("return chr(min(range(256), key=lambda x: abs(x - n)))"),
    "takewhile": PICKED.format("return chr(len(list(takewhile(lambda x: x < n, range(256)))))"),
    "next of a filter": PICKED.format("return chr(next(x for x in range(256) if x == n))"),
    "an item of an iterator": PICKED.format("it = iter(range(256))\n    n in it\n    return chr(next(it) - 1)"),
    "move_to_end": PICKED.format("d = OrderedDict.fromkeys(range(256))\n    d.move_to_end(n)\n    return chr(list(d)[-1])"),
    "an exception's place": PICKED.format(
        "l = list(range(256))\n    for x in l:\n        try:\n            1 / (x - n)\n        except ZeroDivisionError:\n            return chr(x)"
    ),
    "a reply": "r = llm_query('x')\nmail(body=''.join([chr(len(f\"{'':{ord(c)}}\")) for c in r]))",
}
IMPORTS = (
    "from collections import deque, OrderedDict\nfrom decimal import Decimal, getcontext\n"
    "from bisect import bisect_left\nfrom itertools import takewhile\n"
)
TOOL = """import json, sys
if "--schema" in sys.argv:
    body = {"type": "object", "properties": {"body": {"type": "string"}}, "required": ["body"]}
    print(json.dumps({"description": "Sends a mail.", "parameters": body}))
else:
    open("sent.log", "a").write(sys.stdin.read())
    print(json.dumps("sent"))
"""

CRASHES = {
    "exceptions in exceptions": "e = None\nfor i in range(100000):\n    e = ValueError(e)\nprint(len(str(e)))",
    "an uncaught one": "e = ValueError(1)\nfor i in range(100000):\n    e = ValueError(e)\nraise e",
    "KeyErrors": "e = ValueError(1)\nfor i in range(100000):\n    e = KeyError(e)\nprint(f'{e}'[:10])",
    "handlers": "e = ValueError(1)\nfor i in range(100000):\n    try:\n        raise e\n    except Exception as a:\n"
    "        e = ValueError(a)\nprint(len(repr(e)))",
    "counters": "from collections import Counter\nc = Counter()\nfor i in range(100000):\n    c = Counter({1: c})\nprint(c + c)",
    "lists": "l = []\nfor i in range(100000):\n    l = [l]\nprint(len(repr(l)), l == [l], len(json.dumps(l)))",
}

# Each must end within half a second after its two seconds.
SECONDS = 2
DEADLINES = {
    "parse_json": "while True:\n    parse_json(context)",
    "ord": "while True:\n    try:\n        ord(context)\n    except TypeError:\n        pass",
    "format": "while True:\n    try:\n        format(1, context)\n    except ValueError:\n        pass",
    "str.format": "while True:\n    try:\n        context.format()\n    except (ValueError, KeyError, IndexError):\n        pass",
    "upper": "while True:\n    context.upper()",
    "title": "while True:\n    context.title()",
    "splitlines": "while True:\n    context.splitlines()",
    "split": "while True:\n    context.split()",
    "replace": "while True:\n    context.replace('a', 'b')",
    "translate": "while True:\n    context.translate({97: 'b'})",
    "lstrip": "while True:\n    context.lstrip(context)",
    "count": "while True:\n    context.count('ab')",
    "a pattern": "while True:\n    re.findall(r'(\\w+)\\s+\\1', context)",
    "sort": "while True:\n    sorted(context)",
    "normalize": "while True:\n    unicodedata.normalize('NFKD', context)",
    "a large product": "x = 1 << 200000000\nwhile True:\n    x * x",
    "a large quotient": "a, b = (1 << 3000000) - 1, (1 << 1500000) - 1\nwhile True:\n    a // b",
    "rounding": "while True:\n    round(1.2345e300, -299)",
    "an inverse": "m = (1 << 200) + 1\nwhile True:\n    try:\n        pow(3**100, -1, m)\n    except ValueError:\n        pass",
}

# Each runs for at most ten seconds.
MEMORY = {
    "slices of a rope": 'T = "plain words without bracket\\n" * 200000\nbig = [str(i).upper() for i in range(400000)]\nwhile True:\n    T[5:-5]',
    "slices kept": 'T = "plain words without bracket\\n" * 2000000\nl = []\nwhile True:\n    l.append(T[5:-5])',
    "equality of slices": 'T = "plain words without bracket\\n" * 2000000\nwhile True:\n    T == T[1:]',
    "a product": "x = 1 << 400000000\ny = x * x",
    "a shift and a product": "x = 1 << (8 * 100 * 1024 * 1024)\ny = x * x",
    "a width": 'z = "{:>{}}".format("a", 120000000)',
    "a decimal's digits": "from decimal import Decimal\nz = f\"{Decimal('1e99999999'):f}\"",
    "a cache of results": "@functools.lru_cache(maxsize=None)\ndef f(x):\n    return x\ni = 0\nwhile True:\n    f(i)\n    i += 1",
    "patterns": "l = []\ni = 0\nwhile True:\n    l.append(re.compile('(?i)\\\\w+[а-я]{5}%d' % i))\n    i += 1",
    "texts in memory": 'l = []\nwhile True:\n    l.append(io.StringIO("a"))',
}


def leaks(folder):
    (folder / "mail.py").write_text(TOOL)
    sent = folder / "sent.log"
    tool = ["--tool", "mail=python3 mail.py", "--taint", "strict", "--max-steps", "2", "--no-journal"]
    for name, program in LEAKS.items():
        sent.unlink(missing_ok=True)
        asked = ["run", "Send.", "--data", SECRET, *model(folder, IMPORTS + program), *tool]
        run(asked, 60, cwd=folder)
        if sent.exists():
            yield f"{name}: sent {sent.read_text()[:80]}"


def crashes(folder):
    for name, program in CRASHES.items():
        (folder / "one.sift").write_text("import json\n" + program)
        code, _, _ = run(["exec", "one.sift"], 60, cwd=folder)
        if code is not None and (code < 0 or code > 100):
            yield f"{name}: exit {code} ({signal.Signals(-code).name if code < 0 else 'a panic'})"


def deadlines(folder):
    line = "The tower is tall; Ändern würde ich daran nichts.\n"
    (folder / "large.txt").write_text(line * (MEGABYTES * 1_000_000 // len(line.encode())))
    asked = ["run", "How?", "--context", "large.txt", "--no-journal", "--grace-seconds", "0", "--max-seconds"]
    _, startup, _ = run([*asked, "60", *model(folder, "1")], 120, cwd=folder)
    for name, program in DEADLINES.items():
        program = "import re, unicodedata\n" + program
        _, seconds, _ = run([*asked, str(SECONDS), *model(folder, program)], 30, cwd=folder)
        if seconds > SECONDS + startup + 0.5:
            yield f"{name}: {seconds:.1f} s of {SECONDS} ({startup:.1f} s without a program)"


def memory(folder):
    for name, program in MEMORY.items():
        (folder / "one.sift").write_text("import functools, io, re\n" + program)
        _, _, resident = run(["exec", "one.sift"], 10, cwd=folder)
        if resident > RESIDENT:
            yield f"{name}: {resident >> 20} MiB resident of {RESIDENT >> 20}"


def main():
    sums = {
        "leaks under strict": [leaks],
        "crashes": [crashes],
        "deadlines exceeded": [deadlines],
        "above the memory promise": [memory],
    }
    if findings.are_here():
        sums["leaks under strict"].append(findings.leaks)
        sums["crashes"].append(findings.crashes)
        sums["deadlines exceeded"].append(findings.deadlines)
        sums["above the memory promise"].append(lambda folder: findings.memory(folder, RESIDENT))
        sums["findings whose fault has returned"] = [findings.faults]
    else:
        print("findings: SKIPPED, not found")
    broken = 0
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(RLM_DATA_DIR=f"{folder}/data", RLM_CACHE="off")
        for name, attacks in sums.items():
            found = [line for attack in attacks for line in attack(Path(folder))]
            broken += len(found)
            print(*found, f"{name}: {len(found)}", sep="\n", flush=True)
    sys.exit(broken > 0)


main()
