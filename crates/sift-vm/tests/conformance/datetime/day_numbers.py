# Days as numbers: the same weekday every 400 years, and gaps in a series of dates.
from datetime import date, datetime, timedelta

print([date(y, 3, 1).toordinal() % 7 for y in (1624, 2024)], date.fromordinal(1), datetime.fromordinal(730000), date.fromordinal(date.max.toordinal()))
days = [date(2024, 2, 27), date(2024, 2, 28), date(2024, 3, 1), date(2024, 3, 5)]
missing = [date.fromordinal(n) for a, b in zip(days, days[1:]) for n in range(a.toordinal() + 1, b.toordinal())]
print([d.ctime()[:10] for d in missing], [d.timetuple().tm_yday for d in days], [d.isoweekday() for d in days])
print(datetime(2024, 2, 29, 13, 5).toordinal() == days[1].toordinal() + 1, datetime(2024, 2, 29, 13, 5).ctime(), datetime.fromisocalendar(2024, 9, 4) + timedelta(hours=3))
for wrong in [0, -5, 3652060, 2**31, "1", 1.5]:
    for read in (date.fromordinal, datetime.fromordinal):
        try:
            print(read(wrong))
        except (ValueError, OverflowError, TypeError) as e:
            print(type(e).__name__, e)
for wrong in [(2024, 0, 1), (2024, 53, 1), (2024, 1, 0), (10000, 1, 1), (2024, "1", 1)]:
    for read in (date.fromisocalendar, datetime.fromisocalendar):
        try:
            print(read(*wrong))
        except (ValueError, TypeError) as e:
            print(type(e).__name__, e)
