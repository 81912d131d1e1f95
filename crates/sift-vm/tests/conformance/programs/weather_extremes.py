from collections import defaultdict
from itertools import groupby
from operator import itemgetter

data = """2024-01-01,-3.5,snow
2024-01-02,-1,snow
2024-01-03,2.25,rain
2024-01-05,4,rain
2024-01-06,,fog
2024-01-07,5.75,sun
2024-02-01,-8,sun"""
rows = []
for line in data.splitlines():
    day, degrees, sky = line.split(",")
    rows.append((day, float(degrees) if degrees else None, sky))
known = [row for row in rows if row[1] is not None]
print(max(known, key=itemgetter(1)), min(known, key=itemgetter(1))[::2], len(rows) - len(known))
for sky, group in groupby(rows, key=itemgetter(2)):
    days = [day for day, *_ in group]
    print(f"{sky:<5}{days[0]} .. {days[-1]}" if len(days) > 1 else f"{sky:<5}{days[0]}")
by_month = defaultdict(list)
for day, degrees, _ in known:
    by_month[day.rpartition("-")[0]].append(degrees)
for month, values in by_month.items():
    mean = sum(values) / len(values)
    bar = ("+" if mean > 0 else "-") * max(1, round(abs(mean)))
    print(f"{month} {mean:+.3f} {bar} {sorted(values)[len(values) // 2]:g}")
changes = [(b[0], round(b[1] - a[1], 2)) for a, b in zip(known, known[1:])]
print(sorted(changes, key=lambda c: abs(c[1]), reverse=True)[:2], [d for d, c in changes if -2 < c <= 3.25])
gaps = [(a[0], b[0]) for a, b in zip(rows, rows[1:]) if a[0][:7] == b[0][:7] and int(b[0][-2:]) - int(a[0][-2:]) > 1]
print(gaps, {sky: sum(1 for r in rows if r[2] == sky) for sky in dict.fromkeys(map(itemgetter(2), rows))})
