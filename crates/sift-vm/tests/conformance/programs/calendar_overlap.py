from datetime import datetime, time, timedelta, timezone

berlin, york = timezone(timedelta(hours=1)), timezone(timedelta(hours=-5), "NY")
meetings = """
2024-02-28T23:30:00+01:00 90 ann,ben
2024-02-28T17:00:00-05:00 60 ben,cyd
2024-02-29T00:15:00Z 30 ann
2024-02-30T10:00:00 15 dee
2024-03-01T09:00:00 45 dee,ann
""".split("\n")
parsed = []
for line in filter(str.strip, meetings):
    when, minutes, people = line.split()
    try:
        start = datetime.fromisoformat(when)
    except ValueError as e:
        print(when, "->", e)
        continue
    if start.tzinfo is None:
        start = start.replace(tzinfo=berlin)
    parsed.append((start, start + timedelta(minutes=int(minutes)), set(people.split(","))))
parsed.sort(key=lambda m: m[0])
for start, end, people in parsed:
    utc = start.astimezone(timezone.utc)
    print(f"{utc:%d %H:%M}Z {start.astimezone(york):%d %H:%M %Z} {start.utcoffset()} {end - start} {','.join(sorted(people))}")
clashes = [
    (sorted(a[2] & b[2]), min(a[1], b[1]) - max(a[0], b[0]))
    for i, a in enumerate(parsed)
    for b in parsed[i + 1:]
    if b[0] < a[1] and a[2] & b[2]
]
print(clashes)
first = parsed[0][0]
print(first == first.astimezone(york), first.date() == first.astimezone(york).date(), first.timestamp())
print(datetime.combine(first.date(), time(23, 59, 59, 5)).isoformat(), datetime.min.year, (first.replace(tzinfo=None) - datetime(1970, 1, 1)).days)
try:
    print(first < datetime(2024, 1, 1))
except TypeError as e:
    print(e)
gap = parsed[-1][0] - parsed[0][1]
print(gap, gap.total_seconds() / 3600, -gap, abs(-gap) == gap, divmod(gap, timedelta(hours=7)))
