# Busy times merged, and the slots between them.
context = json.loads(r'''{"Ann": [["09:00", "10:30"], ["12:00", "13:00"], ["16:00", "18:00"]], "Bob": [["10:00", "11:30"], ["12:30", "14:30"], ["14:30", "15:00"]], "Cy": []}''')

from datetime import time, datetime, date, timedelta
def to_min(s):
    h, m = map(int, s.split(":"))
    return h * 60 + m
def fmt(n): return f"{n // 60:02d}:{n % 60:02d}"
busy = sorted([to_min(a), to_min(b)] for v in context.values() for a, b in v)
merged = []
for s, e in busy:
    if merged and s <= merged[-1][1]:
        merged[-1][1] = max(merged[-1][1], e)
    else:
        merged.append([s, e])
print(busy, merged, [(fmt(a), fmt(b)) for a, b in merged], sep="\n")
edges = [540, *(x for m in merged for x in m), 1080]
free = [(a, b) for a, b in zip(edges[::2], edges[1::2]) if b > a]
print([f"{fmt(a)}-{fmt(b)}" for a, b in free], sum(b - a for a, b in free))
