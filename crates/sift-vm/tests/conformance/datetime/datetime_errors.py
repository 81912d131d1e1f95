from datetime import date, datetime, time, timedelta, timezone

noon = datetime(2024, 1, 2, 12)
tries = [lambda: datetime(2024, 1, 32), lambda: datetime(2024, 1, 2, 24), lambda: datetime(2024, 1, 2, 3, 60), lambda: datetime(2024, 1, 2, 3, 4, 60), lambda: datetime(2024, 1, 2, 3, 4, 5, -1), lambda: datetime("2024", 1, 2),
         lambda: datetime(2024, 1, 2, tzinfo="UTC"), lambda: datetime.combine(1, time(1)), lambda: datetime.combine(date(2024, 1, 2), "x"), lambda: datetime.combine(noon, time(1), 5), lambda: datetime.fromordinal(-1),
         lambda: noon + noon, lambda: noon - 5, lambda: noon - date(2024, 1, 1), lambda: noon < date(2024, 1, 3), lambda: noon < "2024", lambda: noon - noon.replace(tzinfo=timezone.utc), lambda: noon < noon.replace(tzinfo=timezone.utc),
         lambda: datetime.max + timedelta(1), lambda: noon.isoformat("--"), lambda: noon.isoformat(timespec="years"), lambda: [noon][0].days, lambda: datetime.fromtimestamp("now"), lambda: datetime.fromtimestamp(1e12), lambda: noon.astimezone("UTC")]
for attempt in tries:
    try:
        print(attempt())
    except Exception as e:
        print(type(e).__name__, "|", e)
