from datetime import date, datetime, timedelta, timezone

for stamp in [0, 1, -1, 1700000000, 1700000000.25, 1e9 + 0.0000005, -86400.5]:
    moment = datetime.fromtimestamp(stamp, tz=timezone.utc)
    print(moment, moment.timestamp(), datetime.utcfromtimestamp(stamp), date.fromtimestamp(stamp), datetime.fromtimestamp(stamp, timezone(timedelta(hours=-5))).isoformat())
print(datetime(2024, 1, 1, tzinfo=timezone.utc).timestamp(), datetime(2024, 1, 1, 0, 0, 0, 123456, tzinfo=timezone(timedelta(hours=2))).timestamp())
print(int(datetime(1970, 1, 1, tzinfo=timezone.utc).timestamp()), datetime(1960, 1, 1, tzinfo=timezone.utc).timestamp())
millis = "1700000000123"
print(datetime.fromtimestamp(int(millis) / 1000, timezone.utc).isoformat(timespec="milliseconds"))
for wrong in ["x", None, 10**20, float("nan"), float("inf"), -10**11, 10**12]:
    for read in [lambda: datetime.fromtimestamp(wrong, timezone.utc), lambda: datetime.utcfromtimestamp(wrong), lambda: date.fromtimestamp(wrong)]:
        try:
            print(read())
        except Exception as e:
            print(type(e).__name__, e)
