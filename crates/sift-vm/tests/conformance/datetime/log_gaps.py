# Which pause between two entries of a log was the longest?
from datetime import datetime, timedelta

log = """2024-03-01 23:58:10 INFO start
2024-03-02 00:03:40 WARN slow
2024-03-02 06:00:00 INFO tick
2024-03-02 06:00:00.250000 INFO tock"""

times = []
for line in log.splitlines():
    stamp = " ".join(line.split()[:2])
    try:
        times.append(datetime.strptime(stamp, "%Y-%m-%d %H:%M:%S"))
    except ValueError as error:
        print(error)
        times.append(datetime.strptime(stamp, "%Y-%m-%d %H:%M:%S.%f"))

gaps = [(later - earlier, earlier) for earlier, later in zip(times, times[1:])]
longest, since = max(gaps)
print(longest, "since", since, longest > timedelta(hours=5))
print(longest.total_seconds(), sum((gap for gap, _ in gaps), timedelta()))
print([f"{t:%d %b %Y, %H:%M}" for t in times])
