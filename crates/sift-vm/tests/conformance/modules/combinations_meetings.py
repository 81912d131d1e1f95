# Which pairs of meetings overlap.
from itertools import combinations
from collections import namedtuple
Meeting = namedtuple("Meeting", "name start end room")
meetings = [Meeting("plan", 9, 11, "A"), Meeting("demo", 10, 12, "A"), Meeting("talk", 10, 11, "B"), Meeting("wrap", 12, 13, "A")]
clashes = [(one.name, two.name) for one, two in combinations(meetings, 2) if one.room == two.room and one.start < two.end and two.start < one.end]
print(clashes, len(list(combinations(meetings, 3))))
for one, two in combinations(sorted(meetings, key=lambda meeting: meeting.start), 2):
    gap = two.start - one.end
    if gap >= 0:
        print(f"{one.name:>5} -> {two.name:<5} {gap}")
moved = meetings[1]._replace(room="C")
print(moved, [m for m in meetings if m.room == "B"], sum(m.end - m.start for m in meetings), {m.room for m in meetings} == {"A", "B"})
try:
    meetings[0].length
except AttributeError as error:
    print(error)
