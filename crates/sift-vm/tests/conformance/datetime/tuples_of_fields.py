# isocalendar and timetuple return named tuples.
from collections import defaultdict
from datetime import date, datetime, timedelta

week = date(2024, 12, 30).isocalendar()
fields = datetime(2024, 2, 29, 13, 5).timetuple()
print(week, week[:2], week == (2025, 1, 1), week < (2025, 1, 2), isinstance(week, tuple), type(week), type(week).__name__, list(week), len(week), week[-1])
print(fields[:3], fields[-2:], fields == (2024, 2, 29, 13, 5, 0, 3, 60, -1), isinstance(fields, tuple), type(fields).__name__, max(fields), 60 in fields)
year, number, day = week
by_week = defaultdict(list)
for n in range(0, 20, 6):
    moment = date(2024, 12, 20) + timedelta(days=n)
    by_week[moment.isocalendar()[:2]].append(moment.day)
print(dict(by_week), (year, number, day) == week, {week: 1}[(2025, 1, 1)])
print(sorted([date(2024, 1, 1), date(2023, 1, 1), date(2025, 1, 1)], key=date.isocalendar), list(map(date.isocalendar, [date(2024, 1, 1)])))
print("-".join(map(str, week)), "%s %s %s" % week, f"{week.year}-W{week.week:02}-{week.weekday}", [f"{part:02}" for part in fields[:6]])
for attempt in [lambda: week.month, lambda: fields.tm_week, lambda: week[3]]:
    try:
        attempt()
    except (AttributeError, IndexError) as e:
        print(type(e).__name__, e)
