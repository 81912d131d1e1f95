# Sizes by directory, a tree, and permissions.
context = """drwxr-xr-x  root 0     2024-01-02 .
-rw-r--r--  ann  1204  2024-01-03 ./a.txt
-rw-r--r--  bob  99    2023-12-31 ./src/x.py
-rwxr-xr-x  ann  4096  2024-01-01 ./src/lib/y.so
-rw-------  ann  0     2024-02-29 ./src/lib/empty
lrwxrwxrwx  bob  11    2024-02-29 ./link -> src/lib/y.so
"""

from collections import namedtuple, defaultdict
Entry = namedtuple("Entry", ["mode", "owner", "size", "day", "path"], defaults=[None])
entries = []
for line in context.splitlines():
    mode, owner, size, day, path = line.split(maxsplit=4)
    path, arrow, target = path.partition(" -> ")
    entries.append(Entry(mode=mode, owner=owner, size=int(size), day=day, path=path))
du = defaultdict(int)
for e in entries:
    if e.mode[0] != "-": continue
    parts = e.path.split("/")
    for i in range(1, len(parts)):
        du["/".join(parts[:i])] += e.size
for d, n in sorted(du.items()): print(f"{n:>8,} {d}")
print(Entry(1, 2, 3, 4), Entry._make("abcde"), entries[1] == tuple(entries[1]), entries[1] > entries[2])
