from collections import Counter
from datetime import datetime, timedelta, timezone

lines = [f"[{day:02}/Mar/2024:{hour:02}:{(hour * 7) % 60:02}:00 +0{day % 3}00] GET /{hour}" for day in (1, 2, 3) for hour in range(0, 24, 5)]
stamps = [datetime.strptime(line[1:line.index("]")], "%d/%b/%Y:%H:%M:%S %z") for line in lines]
utc = [stamp.astimezone(timezone.utc) for stamp in stamps]
print(Counter(stamp.date() for stamp in utc).most_common(2))
print(Counter(stamp.replace(hour=stamp.hour // 6 * 6, minute=0, second=0).strftime("%d %H") for stamp in utc))
print(min(utc), max(stamps), utc == stamps, (max(utc) - min(utc)) / timedelta(hours=1))
print([f"{stamp:%H:%M%z}" for stamp in stamps[:3]], {stamp.tzinfo for stamp in stamps[:1]})
