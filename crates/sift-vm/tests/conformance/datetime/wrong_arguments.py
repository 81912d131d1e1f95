# Functions of dates and times with invalid arguments.
from datetime import date, datetime, time, timedelta, timezone

day, moment, clock, span, zone = date(2024, 2, 29), datetime(2024, 2, 29, 13, 5), time(13, 5), timedelta(hours=3), timezone.utc
takes_nothing = [day.ctime, day.isoweekday, day.weekday, day.toordinal, day.isoformat, day.timetuple, day.isocalendar, moment.date, moment.time, moment.timetz,
                 moment.timestamp, moment.utctimetuple, moment.utcoffset, moment.dst, moment.tzname, clock.utcoffset, clock.dst, clock.tzname, span.total_seconds]
for function in takes_nothing:
    for args, named in [((1,), {}), ((1, 2), {}), ((), {"tz": 1})]:
        try:
            print(function(*args, **named))
        except TypeError as e:
            print(e)
takes_one = [zone.utcoffset, zone.tzname, zone.dst, zone.fromutc, date.fromisoformat, datetime.fromisoformat, time.fromisoformat, day.strftime, moment.strftime, clock.strftime, date.fromtimestamp]
takes_some = [date.fromisocalendar, datetime.fromisocalendar, datetime.strptime, datetime.combine, datetime.fromtimestamp, date, datetime, timezone, day.replace, moment.replace, clock.replace, moment.isoformat, clock.isoformat, moment.astimezone]
for function in takes_one + takes_some:
    for args, named in [((), {}), ((1,) * 11, {}), ((), {"nothing": 1})]:
        try:
            print(function(*args, **named))
        except (TypeError, ValueError) as e:
            print(type(e).__name__, e)
print(datetime.utcfromtimestamp(0.5), time(1).replace(minute=2), datetime.fromisocalendar(2024, 1, 1))
