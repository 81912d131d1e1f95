from datetime import date, datetime, time, timedelta, timezone

seen = {date(2024, 1, 1): "new year", datetime(2024, 1, 1): "midnight", time(0): "zero", timedelta(0): "nothing", timezone.utc: "utc"}
print(len(seen), seen[date(2024, 1, 1)], seen[datetime(2024, 1, 1)], seen.get(date(2024, 1, 2)), seen[timedelta(hours=0)], seen[timezone(timedelta(0), "name")])
print({date(2024, 1, 1), date(2024, 1, 1), datetime(2024, 1, 1)} == {datetime(2024, 1, 1), date(2024, 1, 1)}, date(2024, 1, 1) == datetime(2024, 1, 1), datetime(2024, 1, 1) == date(2024, 1, 1))
print((date(2024, 1, 1), 5) < (date(2024, 1, 1), 6), [date(2024, 1, 2)] > [date(2024, 1, 1)], (date(2024, 1, 1), "x") in {(date(2024, 1, 1), "x")})
print(sorted({"b": date(2024, 5, 1), "a": date(2024, 6, 1)}.items(), key=lambda pair: pair[1]))
print(None == date(2024, 1, 1), date(2024, 1, 1) != 5, timedelta(1) == 86400, time(0) == timedelta(0))
try:
    {[date(2024, 1, 1)]: 1}
except TypeError as e:
    print(e)
