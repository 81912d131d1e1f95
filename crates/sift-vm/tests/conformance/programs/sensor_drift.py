# Readings with time zones and gaps, and the slope of each sensor.
context = """time,sensor,value
2024-01-01T00:00:00Z,A,20.1
2024-01-01T01:00:00Z,A,20.4
2024-01-01T02:00:00Z,A,20.9
2024-01-01T00:00:00Z,B,19.0
2024-01-01T01:30:00Z,B,NaN
2024-01-01T02:00:00+01:00,B,18.2
2024-01-01T03:00:00Z,C,error
"""

import csv, math, statistics
from io import StringIO
from datetime import datetime, timezone
data = {}
for row in csv.DictReader(StringIO(context)):
    t = datetime.fromisoformat(row["time"].replace("Z", "+00:00"))
    try:
        v = float(row["value"])
    except ValueError as e:
        print(type(e).__name__, e); continue
    if math.isnan(v):
        print("nan at", t.isoformat(), t.timestamp(), t.tzinfo); continue
    data.setdefault(row["sensor"], []).append((t, v))
for k, pts in data.items():
    print(k, [(t.astimezone(timezone.utc).strftime("%H:%M"), v) for t, v in pts])

def slope(points):
    t0 = points[0][0]
    xs = [(t - t0).total_seconds() / 3600 for t, _ in points]
    ys = [v for _, v in points]
    mx, my = statistics.mean(xs), statistics.fmean(ys)
    num = sum((x - mx) * (y - my) for x, y in zip(xs, ys))
    den = sum((x - mx) ** 2 for x in xs)
    return num / den if den else float("inf")
drift = {k: slope(p) for k, p in data.items()}
print({k: f"{v:+.3f}" for k, v in drift.items()})
vals = [v for pts in data.values() for _, v in pts]
print(f"{statistics.mean(vals):.3f} {statistics.median(vals)} {statistics.stdev(vals):.4f} {statistics.pstdev(vals):.4f} {min(vals)} {max(vals)}")
print(statistics.quantiles(vals, n=4), statistics.multimode([1, 1, 2, 2, 3]), statistics.linear_regression([1, 2, 3], [2, 4, 6.5]))
print(math.isclose(0.1 + 0.2, 0.3), math.floor(-2.5), math.ceil(-2.5), math.trunc(-2.5), round(2.5), round(-3.5), round(2.675, 2), math.hypot(3, 4), math.log10(1000), math.log(8, 2))
