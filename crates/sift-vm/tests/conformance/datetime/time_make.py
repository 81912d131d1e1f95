from datetime import time, timedelta, timezone

for clock in [time(), time(7), time(7, 5), time(7, 5, 9), time(7, 5, 9, 12), time(23, 59, 59, 999999), time(hour=1, fold=1), time(12, tzinfo=timezone.utc), time(12, tzinfo=timezone(timedelta(hours=-3, minutes=-30)))]:
    print(clock, repr(clock), clock.hour, clock.minute, clock.second, clock.microsecond, clock.tzinfo, clock.fold, clock.isoformat("minutes"), clock.utcoffset(), clock.tzname(), clock.dst())
print(time.min, time.max, time.resolution, bool(time(0)))
print([time.fromisoformat(t) for t in ["07:05", "0705", "07", "T07:05:09", "07:05:09.5", "07:05:09,123456789", "07:05Z", "07:05+02:00", "070509-0330"]])
