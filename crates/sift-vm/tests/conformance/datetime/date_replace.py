from datetime import date, datetime, time, timezone

day, moment, clock = date(2024, 2, 29), datetime(2024, 2, 29, 13, 30, 15, 500), time(13, 30, 15, 500)
print(day.replace(day=1), day.replace(2023, 1), day.replace(), moment.replace(hour=0, minute=0, second=0, microsecond=0), moment.replace(2020, 1, 1), moment.replace(tzinfo=timezone.utc))
print(clock.replace(hour=1), clock.replace(microsecond=0), clock.replace(tzinfo=timezone.utc).replace(tzinfo=None), moment.replace(fold=1).fold)
for attempt in [lambda: day.replace(year=2023), lambda: moment.replace(month=0), lambda: clock.replace(minute=60), lambda: moment.replace(fold=2), lambda: day.replace(month="2"), lambda: moment.replace(tzinfo=1), lambda: clock.replace(hour=1.0)]:
    try:
        print(attempt())
    except (ValueError, TypeError) as e:
        print(type(e).__name__, e)
