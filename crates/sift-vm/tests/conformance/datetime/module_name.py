import datetime

moment = datetime.datetime(2024, 5, 17, 8, 30)
print(moment, datetime.date(2024, 5, 17), datetime.time(8, 30), datetime.timedelta(minutes=90), datetime.timezone.utc)
print(datetime.datetime.strptime("17.05.2024", "%d.%m.%Y"), datetime.date.fromisoformat("2024-05-17"), isinstance(moment, datetime.date))
print(moment + datetime.timedelta(days=1), (datetime.datetime.max - moment).days, datetime.datetime.combine(datetime.date.min, datetime.time.max))
try:
    datetime.strptime("2024", "%Y")
except AttributeError as e:
    print(type(e).__name__, e)
