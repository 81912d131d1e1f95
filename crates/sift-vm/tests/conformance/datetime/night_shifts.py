# Shifts that cross midnight, from a rota.
from datetime import datetime, timedelta, time

rota = """Mon 22:00-06:00 Ada
Tue 06:00-14:00 Ben
Tue 14:30-22:00 Cy"""
monday = datetime(2024, 3, 4)
names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
shifts = []
for line in rota.splitlines():
    day, hours, who = line.split()
    first, last = (time.fromisoformat(part) for part in hours.split("-"))
    begin = datetime.combine(monday + timedelta(days=names.index(day)), first)
    end = datetime.combine(begin, last)
    if end <= begin:
        end += timedelta(days=1)
    shifts.append((begin, end, who))
for (_, end, who), (begin, _, then) in zip(shifts, shifts[1:]):
    print(who, end, "->", then, begin, "gap" if begin > end else "ok", begin - end)
print({who: (end - begin).total_seconds() / 3600 for begin, end, who in shifts})
