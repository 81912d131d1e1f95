# Play times summed up by artist from a quoted table.
context = """Artist;Track;Length
Low Tide;Ebb;3:41
Low Tide;"Flow; or not";12:05
Brass & Co;Overture "No. 1";1:02:09
brass & co;Coda;0:59
Low Tide;;4:00
"""

import csv, io
rows = list(csv.DictReader(io.StringIO(context), delimiter=";"))
print(rows[1]); print(len(rows), rows[0].keys())
def seconds(t):
    total = 0
    for part in t.split(":"):
        total = total * 60 + int(part)
    return total
def clock(n):
    h, rest = divmod(n, 3600); m, s = divmod(rest, 60)
    return f"{h}:{m:02}:{s:02}" if h else f"{m}:{s:02}"
print([clock(seconds(r["Length"])) == r["Length"] for r in rows])

from itertools import groupby
from operator import itemgetter
key = lambda r: r["Artist"].lower()
out = []
for artist, group in groupby(sorted(rows, key=key), key):
    group = list(group)
    out.append((artist.title(), sum(seconds(r["Length"]) for r in group), [r["Track"] or "(untitled)" for r in group]))
out.sort(key=itemgetter(1), reverse=True)
width = max(len(a) for a, *_ in out)
for a, n, tracks in out:
    print(f"{a:{width}} {clock(n):>8} {tracks}")
print("%s has %d tracks, %5.1f%% of the time" % (out[0][0], len(out[0][2]), 100 * out[0][1] / sum(o[1] for o in out)))
print("{0} {1:>{w}} {2[0]!r}".format(*out[0], w=6))
