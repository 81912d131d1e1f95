from datetime import datetime, timedelta, timezone

tries = [lambda: timezone(5), lambda: timezone("UTC"), lambda: timezone(timedelta(hours=24)), lambda: timezone(timedelta(days=-1)), lambda: timezone(timedelta(hours=1), 5), lambda: timezone(timedelta(hours=1), None),
         lambda: timezone.utc.utcoffset(5), lambda: timezone.utc.tzname("x"), lambda: timezone.utc.dst(1), lambda: timezone.utc.fromutc(datetime(2024, 1, 1)), lambda: timezone.utc.fromutc(1), lambda: timezone.utc < timezone.utc, lambda: timezone.utc + timedelta(1),
         lambda: timezone.utc.offset, lambda: datetime.min.replace(tzinfo=timezone(timedelta(hours=1))).astimezone(timezone.utc), lambda: datetime.max.replace(tzinfo=timezone(timedelta(hours=-1))).utctimetuple()]
for attempt in tries:
    try:
        print(attempt())
    except Exception as e:
        print(type(e).__name__, "|", e)
