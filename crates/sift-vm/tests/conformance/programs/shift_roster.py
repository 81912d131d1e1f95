from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from itertools import cycle, islice

roster = """
Mon 08:00-12:30 Ann
Mon 12:00-18:00 Ben
Tue 09:15-17:45 Ann
Wed 22:00-06:00 Cy
Thu 08:00-08:00 Dee
Fri 07:30-x Ben
"""
days = {name: number for number, name in enumerate("Mon Tue Wed Thu Fri Sat Sun".split())}
monday = date(2024, 2, 26)


def moment(day, clock):
    return datetime.strptime(f"{monday + timedelta(days=days[day])} {clock}", "%Y-%m-%d %H:%M")


worked, problems, spans = defaultdict(timedelta), [], []
for number, line in enumerate(roster.strip().splitlines(), 1):
    day, hours, who = line.split()
    try:
        start, end = (moment(day, clock) for clock in hours.split("-"))
    except ValueError as e:
        problems.append(f"line {number}: {e}")
        continue
    if end <= start:
        end += timedelta(days=1)
    spans.append((start, end, who))
    worked[who] += end - start
for who, time in sorted(worked.items(), key=lambda pair: (-pair[1], pair[0])):
    hours, rest = divmod(time, timedelta(hours=1))
    print(f"{who:<4}{hours:>3}h {rest // timedelta(minutes=1):02}m  {time / timedelta(hours=1):5.2f}  {time}")
print(*problems, sep="\n")
overlaps = [(a[2], b[2], min(a[1], b[1]) - b[0]) for a, b in zip(spans, spans[1:]) if b[0] < a[1]]
print(overlaps, sum(worked.values(), timedelta()))
for start, end, who in spans[2:4]:
    print(f"{who}: {start:%a %d %b %H:%M} -> {end:%a %d %b %H:%M}, {end.isoformat(' ', 'minutes')}, {end.date() == start.date()}")
rota = dict(zip(sorted(days, key=days.get), islice(cycle(["Ann", "Ben", "Cy"]), 7)))
print(rota, Counter(rota.values()).most_common(1), (monday + timedelta(weeks=1)).isocalendar()[1])
