from datetime import date

for day in [date(2024, 2, 29), date(year=1, month=1, day=1), date(9999, 12, 31), date.fromisoformat("2024-07-04"), date.fromordinal(738000), date.fromisocalendar(2020, 53, 7), date.fromtimestamp(86400 * 365)]:
    print(day, repr(day), day.year, day.month, day.day, day.weekday(), day.isoweekday(), day.toordinal(), day.isoformat(), day.ctime())
print(date.min, date.max, date.resolution)
print([d.strftime("%a") for d in [date(2024, 1, n) for n in range(1, 8)]])
