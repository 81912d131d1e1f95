from datetime import datetime, timedelta

start = datetime(2024, 2, 28, 23, 30)
end = datetime(2024, 3, 1, 0, 15, 30)
print(end - start, start - end, (end - start).total_seconds() / 3600, start + timedelta(hours=1), start - timedelta(days=60), timedelta(minutes=30) + start)
steps = []
now = start
while now < end:
    steps.append(now.strftime("%d.%H"))
    now += timedelta(hours=12)
print(steps, now)
print(start < end, start == start.replace(), start != end, max(start, end), sorted([end, start]), start in {start: 1}, start == "2024-02-28 23:30:00")
middle = start + (end - start) / 2
print(middle, middle.replace(microsecond=0), (end - start) // timedelta(minutes=7), (end - start) % timedelta(minutes=7))
