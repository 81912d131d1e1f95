from datetime import date, datetime, time, timezone

for moment in [datetime(2024, 1, 2), datetime(2024, 1, 2, 3, 4), datetime(2024, 1, 2, 3, 4, 5, 6), datetime(2024, 1, 2, tzinfo=timezone.utc), datetime(2024, 1, 2, fold=1), datetime(year=2024, month=1, day=2, hour=23),
               datetime.combine(date(2024, 1, 2), time(3, 4)), datetime.combine(datetime(2024, 1, 2, 9), time(3, tzinfo=timezone.utc)), datetime.combine(date(2024, 1, 2), time(3), timezone.utc),
               datetime.fromordinal(738000), datetime.fromisocalendar(2024, 9, 4)]:
    print(moment, repr(moment), moment.date(), moment.time(), moment.timetz(), moment.weekday(), moment.ctime())
print(datetime.min, datetime.max, datetime.resolution, datetime.max - datetime.min)
print(datetime(2024, 1, 2).year, datetime(2024, 1, 2, 5).hour, datetime(2024, 1, 2).tzinfo, datetime(2024, 1, 2).date() == date(2024, 1, 2))
