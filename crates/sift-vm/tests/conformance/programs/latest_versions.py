# Versions in their natural order, including pre-releases.
context = """lib-a 1.10.0
lib-a 1.9.3
lib-a 2.0.0-rc.1
lib-b 0.1
lib-b 0.1.1-beta+5
tool v3.4
tool v3.4.0
tool 10.0.0-alpha
"""

import re, functools
from bisect import bisect_left, bisect_right, insort
import heapq
V = re.compile(r"v?(?P<nums>\d+(?:\.\d+)*)(?:-(?P<pre>[\w.]+))?(?:\+(?P<build>\w+))?")
def key(s):
    m = V.fullmatch(s)
    nums = tuple(map(int, m["nums"].split(".")))
    nums += (0,) * (3 - len(nums))
    pre = m["pre"]
    return nums, pre is None, tuple((0, int(p)) if p.isdigit() else (1, p) for p in pre.split(".")) if pre else ()
pkgs = {}
for line in context.split("\n"):
    if not line: continue
    name, ver = line.split()
    pkgs.setdefault(name, []).append(ver)
for name, vs in pkgs.items():
    print(name, sorted(vs, key=key), max(vs, key=key))
stable = {n: max((v for v in vs if key(v)[1]), key=key, default=None) for n, vs in pkgs.items()}
print(stable, key("1.0.0-rc.1") < key("1.0.0"), sorted(["file10", "file2", "File1"], key=lambda s: [int(t) if t.isdigit() else t.lower() for t in re.split(r"(\d+)", s)]))
def cmp(a, b):
    ka, kb = key(a), key(b)
    return (ka > kb) - (ka < kb)
print(sorted(pkgs["tool"], key=functools.cmp_to_key(cmp), reverse=True), functools.partial(int, base=2)("101"), functools.reduce(max, [3, 9, 2]))
