from datetime import date, datetime, timedelta, timezone

moment = datetime(2024, 12, 31, 23, 5, 9, tzinfo=timezone(timedelta(hours=-2)))
fields = moment.timetuple()
print(fields, fields.tm_year, fields.tm_yday, fields.tm_wday, fields[3], fields[-1], len(fields))
print(moment.utctimetuple(), moment.utctimetuple().tm_mday, date(2024, 3, 1).timetuple().tm_yday)
year, month, day = list(moment.timetuple())[:3]
print(year, month, day, [date(y, 12, 31).timetuple().tm_yday for y in (1900, 2000, 2023, 2024)])
try:
    fields.tm_week
except AttributeError as e:
    print(type(e).__name__, e)
