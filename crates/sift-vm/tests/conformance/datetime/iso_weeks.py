from collections import Counter
from datetime import date, timedelta

for day in [date(2024, 1, 1), date(2023, 1, 1), date(2020, 12, 31), date(2021, 1, 3), date(2021, 1, 4)]:
    year, week, weekday = day.isocalendar()
    print(day, year, week, weekday, day.isocalendar().week, day.isocalendar()[1], f"{year}-W{week:02}", day.strftime("%G-W%V-%u %U %W"))
    assert date.fromisocalendar(year, week, weekday) == day
print(date(2024, 5, 6).isocalendar())
weeks = Counter((date(2024, 1, 29) + timedelta(days=n)).isocalendar().week for n in range(20))
print(weeks, date(2024, 1, 29).isocalendar().year)
monday = date(2024, 5, 9) - timedelta(days=date(2024, 5, 9).weekday())
print(monday, monday.strftime("%A"), monday.isoweekday())
