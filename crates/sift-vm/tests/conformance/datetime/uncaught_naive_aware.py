from datetime import datetime, timezone

stamps = [datetime(2024, 1, 1), datetime(2024, 1, 1, tzinfo=timezone.utc)]
print(stamps[0] == stamps[1])
print(sorted(stamps))
