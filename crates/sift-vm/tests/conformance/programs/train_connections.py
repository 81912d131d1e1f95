# Connections with transfer times, across midnight.
context = """train,from,to,dep,arr
T1,A,B,07:50,08:40
T2,A,B,08:10,09:00
T3,B,D,09:05,10:00
T4,A,C,08:05,08:30
T5,C,D,08:33,09:59
T6,C,D,08:40,10:30
N1,D,A,23:30,00:45
"""

import csv, io
from datetime import datetime, timedelta
fmt = "%H:%M"
trains = []
for r in csv.DictReader(io.StringIO(context)):
    dep, arr = (datetime.strptime(r[k], fmt) for k in ("dep", "arr"))
    if arr < dep: arr += timedelta(days=1)
    trains.append((dep, arr, r["train"], r["from"], r["to"]))
trains.sort()
for dep, arr, *rest in trains: print(f"{dep:%H:%M} {arr:%H:%M} {arr - dep} {rest} {(arr - dep).seconds // 60} min")
print(trains[0][0], trains[-1][1], min(a - d for d, a, *_ in trains), sum((a - d for d, a, *_ in trains), timedelta()))

CHANGE = timedelta(minutes=5)
best = {"A": (datetime.strptime("08:00", fmt), [])}
for dep, arr, name, a, b in trains:
    if a in best:
        ready, path = best[a]
        if dep >= ready + (CHANGE if path else timedelta(0)):
            if b not in best or arr < best[b][0]:
                best[b] = (arr, path + [name])
print({k: (v[0].strftime(fmt), v[1]) for k, v in best.items()})
print(max(trains, key=lambda t: t[1] - t[0])[2], {t[2]: str(t[1] - t[0]) for t in trains if t[3] == "A"}, datetime(1900, 1, 1) == trains[0][0].replace(hour=0, minute=0), trains[0][0].year)
total = timedelta(hours=25, minutes=61, seconds=5)
h, rem = divmod(total.total_seconds(), 3600)
print(total, f"{int(h):02d}:{int(rem // 60):02d}", total.days, total.seconds, total / timedelta(hours=1), str(timedelta(0)), timedelta(seconds=1.5), timedelta(milliseconds=1500) == timedelta(seconds=1.5), round(total / timedelta(days=1), 3), total > timedelta(1), sorted([timedelta(2), timedelta(1)]), -timedelta(hours=1))
print(datetime(2024, 3, 10, 1, 59, 59) + timedelta(seconds=1), (datetime(2024, 12, 31) - datetime(2024, 1, 1)).days, datetime(2024, 1, 31).strftime("%d.%m.%Y %H:%M:%S.%f %y %b %A %j %W %%"), datetime.fromisoformat("2024-01-31T10:20:30.5"), datetime.fromisoformat("2024-01-31").date(), datetime(2024, 1, 1, 5).isoformat(sep=" ", timespec="minutes"), datetime(2024, 1, 1).timetuple().tm_yday, datetime.strptime("2024-060", "%Y-%j").date(), datetime.strptime("12/Mar/2024:10:11:12 +0200", "%d/%b/%Y:%H:%M:%S %z"))
