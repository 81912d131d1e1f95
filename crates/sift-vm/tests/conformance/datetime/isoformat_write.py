from datetime import datetime, timedelta, timezone

zones = [None, timezone.utc, timezone(timedelta(hours=5, minutes=30)), timezone(timedelta(hours=-3, seconds=7))]
for zone in zones:
    moment = datetime(2024, 2, 9, 7, 5, 3, 42, tzinfo=zone)
    print(moment.isoformat(), str(moment), moment.isoformat(sep=" "), moment.isoformat("_", "hours"), moment.isoformat(timespec="milliseconds"), moment.timetz().isoformat(timespec="minutes"))
    assert datetime.fromisoformat(moment.isoformat()) == moment
print([datetime(2024, 1, 1).isoformat(timespec=t) for t in ["auto", "seconds", "microseconds"]])
for attempt in [lambda: datetime(2024, 1, 1).isoformat("T", "weeks"), lambda: datetime(2024, 1, 1).isoformat(""), lambda: datetime(2024, 1, 1).isoformat(timespec=None)]:
    try:
        print(attempt())
    except (ValueError, TypeError) as e:
        print(type(e).__name__, e)
