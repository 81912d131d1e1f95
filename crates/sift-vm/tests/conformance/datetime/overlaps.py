# Which bookings of a room overlap?
from datetime import datetime, timedelta

bookings = [("Ann", "09:00", 90), ("Bob", "10:15", 30), ("Cid", "10:45", 60), ("Dee", "12:00", 15)]
parsed = []
for name, start, minutes in bookings:
    begin = datetime.strptime(start, "%H:%M")
    parsed.append((begin, begin + timedelta(minutes=minutes), name))
parsed.sort()
for (b1, e1, n1), (b2, e2, n2) in zip(parsed, parsed[1:]):
    gap = b2 - e1
    print(n1, n2, "overlap" if gap < timedelta(0) else "free", abs(gap), gap)
busy = sum((end - begin for begin, end, _ in parsed), timedelta())
print(busy, busy / len(parsed), parsed[0][0], parsed[-1][1].time(), f"{parsed[0][0]:%H:%M}-{parsed[-1][1]:%H:%M}")
