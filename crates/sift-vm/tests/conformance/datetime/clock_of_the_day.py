# A timetable: times of day with and without zones.
from datetime import datetime, time, timedelta, timezone

cet = timezone(timedelta(hours=1), "CET")
departures = [time(6, 15), time(6, 45), time(23, 50, tzinfo=cet)]
for clock in departures:
    moved = clock.replace(minute=(clock.minute + 20) % 60)
    print(clock, moved, moved.replace(tzinfo=None), clock.utcoffset(), clock.dst(), clock.tzname(), clock.replace(hour=0, minute=0, second=1, microsecond=5))
moment = datetime(2024, 5, 4, 23, 50, 7, tzinfo=cet)
print(moment.time(), moment.timetz(), moment.timetz() == departures[2].replace(second=7), moment.utcoffset(), moment.dst(), moment.timetz().isoformat("minutes"))
print(datetime.combine(moment.date(), moment.timetz()) == moment, moment.utctimetuple()[:6], moment.timetuple()[3:6], moment.ctime())
for wrong in [{"hour": 24}, {"minute": -1}, {"second": "5"}, {"tzinfo": 5}, {"fold": 2}, {"microsecond": 10**6}]:
    for value in (departures[0], moment):
        try:
            print(value.replace(**wrong))
        except (ValueError, TypeError) as e:
            print(type(e).__name__, e)
