# Without an import, the name `datetime` is bound to the class.
first = datetime.strptime("12/31/1999", "%m/%d/%Y")
print(first, type(first).__name__, isinstance(first, datetime))
print(datetime(2024, 2, 29) - first, timedelta(days=1) * 3)
print(datetime.fromisoformat("2024-02-29T12:00:00+02:00").astimezone(timezone.utc))
