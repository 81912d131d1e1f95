# Without a zone, times are in the machine's zone, which is UTC here.
from datetime import datetime, timedelta, timezone

naive = datetime(2024, 7, 1, 12)
print(naive.timestamp(), datetime.fromtimestamp(naive.timestamp()) == naive, naive.astimezone(timezone.utc), naive.astimezone(timezone(timedelta(hours=2))))
print(repr(naive.astimezone()), datetime(2024, 7, 1, 12, tzinfo=timezone(timedelta(hours=2))).astimezone())
print(naive.astimezone().tzname(), naive.utctimetuple().tm_hour, naive.strftime("%s"))
