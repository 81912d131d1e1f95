# Methods called through their class, and functions of a class called through a value.
from datetime import date, datetime, time, timedelta

moments = [datetime(2024, 3, 5, 7, 8), datetime(2023, 1, 2)]
print(list(map(datetime.date, moments)), list(map(datetime.time, moments)), sorted(moments, key=datetime.weekday), list(map(date.isoformat, [date(2024, 1, 1)])))
print(list(map(timedelta.total_seconds, [timedelta(1), timedelta(0, 1)])), max(moments, key=datetime.toordinal), datetime.isoformat(moments[0], " "), date.strftime(date(2024, 1, 1), "%d"))
print(moments[0].strptime("2020", "%Y"), moments[0].min, moments[0].date().fromisoformat("2024-01-01"), timedelta(1).resolution, time(1).max)
parse = datetime.fromisoformat
print([parse(t) for t in ("2024-01-01", "2024-01-01T05")], [f(2024, 1, 1) for f in (date, datetime)])
for attempt in [lambda: date.isoformat(5), lambda: timedelta.total_seconds(5), lambda: datetime.timestamp("x")]:
    try:
        attempt()
    except TypeError as e:
        print(type(e).__name__)
