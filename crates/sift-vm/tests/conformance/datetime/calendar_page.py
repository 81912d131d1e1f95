# A calendar page of a month.
from datetime import date, timedelta

first = date(2024, 2, 29).replace(day=1)
last = first.replace(month=first.month + 1) - timedelta(days=1)
print(first.strftime("%B %Y").center(20))
print(" ".join((date(2024, 1, 1) + timedelta(days=n)).strftime("%a")[:2] for n in range(7)))
row = ["  "] * first.weekday()
for n in range((last - first).days + 1):
    day = first + timedelta(days=n)
    row.append(f"{day.day:2}")
    if day.isoweekday() == 7 or day == last:
        print(" ".join(row), f"  week {day.isocalendar().week}")
        row = []
print(first.ctime(), last.ctime(), last.timetuple().tm_yday, last.toordinal() - first.toordinal())
try:
    first.replace(month=13)
except ValueError as e:
    print(e)
