from collections import defaultdict
from datetime import date, timedelta

holidays = {date(2024, 3, 29): "Good Friday", date(2024, 4, 1): "Easter Monday"}


def workdays(start, count):
    day = start
    while count:
        if day.weekday() < 5 and day not in holidays:
            yield day
            count -= 1
        day += timedelta(days=1)


weeks = defaultdict(list)
for day in workdays(date(2024, 3, 25), 10):
    year, week, weekday = day.isocalendar()
    weeks[year, week].append(f"{day:%a %d}")
for key, names in weeks.items():
    print(key, ", ".join(names))
*_, last = workdays(date(2024, 3, 28), 3)
print(last, last - date(2024, 3, 28), (last.replace(day=1) - timedelta(days=1)).day, last.toordinal() - date.min.toordinal())
quarters = {(d.month - 1) // 3 + 1 for d in holidays}
print(sorted(quarters), [h.strftime("%j %U %y") for h in sorted(holidays)], min(holidays).ctime(), date.max - min(holidays))
for make in (lambda: date(2024, 2, 30), lambda: date(2023, 2, 29), lambda: date.fromisoformat("2024-3-1"), lambda: last + 1, lambda: last < 5, lambda: last.replace(month=13), lambda: date.max + timedelta(1)):
    try:
        print(make())
    except Exception as e:
        print(type(e).__name__, e)
