from datetime import timedelta

work, pause = timedelta(hours=7, minutes=36), timedelta(minutes=45)
print(work + pause, work - pause, pause - work, -pause, +pause, abs(pause - work))
print(work * 5, 5 * work, work * 0.5, work / 4, work / 2.5, work // 7, work // pause, work % pause, divmod(work, pause), work / pause)
print(timedelta(microseconds=1) / 2, timedelta(microseconds=3) / 2, timedelta(microseconds=5) * 0.5, timedelta(seconds=1) / 3)
print(work > pause, work == timedelta(minutes=456), sorted([work, pause, timedelta()]), max(work, pause), sum([work, pause], timedelta()))
total = timedelta()
for minutes in [15, 30, 45]:
    total += timedelta(minutes=minutes)
print(total, {work: "day", timedelta(minutes=456): "same"})
hours, rest = divmod(int(total.total_seconds()), 3600)
print(f"{hours:02}:{rest // 60:02}")
