import re
from collections import namedtuple

Event = namedtuple("Event", "second floor kind", defaults=["pass"])
log = "0:G open 7:1 15:2 open 16:2 close 30:1 31:G open 95:B1 101:G 120:3 open"
events = [
    Event(int(second), {"G": 0}.get(floor) if floor == "G" else -int(floor[1:]) if floor[0] == "B" else int(floor), *kind)
    for second, floor, *kind in (
        (m[1], m[2], m[3]) if m[3] else (m[1], m[2]) for m in re.finditer(r"(\d+):(\w+)(?: (open|close))?", log)
    )
]
for e in events[:3]:
    print(e, e._asdict())


def legs(events):
    start = events[0]
    going = 0
    for before, after in zip(events, events[1:]):
        step = (after.floor > before.floor) - (after.floor < before.floor)
        if step and going and step != going:
            yield start, before
            start = before
        going = step or going
    yield start, events[-1]


for a, b in legs(events):
    took = b.second - a.second
    print(f"{a.floor:+d} -> {b.floor:+d} in {took // 60}:{took % 60:02d}, {abs(b.floor - a.floor) / took:.3f} floors/s")
opened = {e.second: e.floor for e in events if e.kind == "open"}
print(opened, min(e.floor for e in events), 0 <= events[1].floor < 2 <= events[2].floor)
moved = sum(abs(b.floor - a.floor) for a, b in zip(events, events[1:]))
print(moved, [e._replace(kind="?")[1:] for e in events if e.kind == "close"], Event._field_defaults)
try:
    Event(1)
except TypeError as e:
    print(e)
