import datetime as dt
from datetime import date, datetime, time, timedelta, timezone, tzinfo

values = [date(2024, 1, 1), datetime(2024, 1, 1), time(1), timedelta(1), timezone.utc]
for value in values:
    print(type(value), type(value).__name__, isinstance(value, date), isinstance(value, datetime), isinstance(value, (time, timedelta)), isinstance(value, tzinfo), type(value) == datetime, type(value) is dt.date)
print(date, datetime, timedelta, timezone, dt.datetime is datetime, dt.date.__name__, dt.MINYEAR, dt.MAXYEAR, dt.UTC)
print([bool(v) for v in values], bool(timedelta(0)))
kinds = {date: "d", datetime: "dt"}
print([kinds.get(type(v), "?") for v in values])
