import re
from datetime import date, timedelta
from itertools import groupby

minutes = """MINUTES OF 4 March 2024
Present: Ada L., Grace H., Linus T. (from 10:15)
- ACTION: Ada to send the draft by 8 March.
- Discussed the budget; see annex B.
- ACTION: Grace and Linus to review the draft by 15 March.
- action: Linus to book a room
MINUTES OF 18 March 2024
Present: Ada L., Linus T.
- DONE: Ada sent the draft
- ACTION: Ada to publish by 2 April.
- DONE: Linus booked a room
"""
MONTHS = {name: number for number, name in enumerate("January February March April May June July August September October November December".split(), 1)}


def to_date(day, month, year=2024):
    return date(int(year), MONTHS[month], int(day))


def items(text):
    held = None
    for line in text.splitlines():
        if m := re.fullmatch(r"MINUTES OF (\d+) (\w+) (\d{4})", line):
            held = to_date(*m.groups())
        elif m := re.match(r"- (ACTION|DONE): (.+?)\.?$", line, re.I):
            kind, what = m.groups()
            people = re.findall(r"\b(Ada|Grace|Linus)\b", what)
            due = re.search(r" by (\d+) (\w+)$", what)
            yield kind.upper(), people, what[:due.start()] if due else what, to_date(*due.groups()) if due else None, held


found = list(items(minutes))
for kind, group in groupby(found, key=lambda item: item[0]):
    print(kind, [", ".join(item[1]) for item in group])
actions = [item for item in found if item[0] == "ACTION"]
for _, people, what, due, held in sorted(actions, key=lambda item: (item[3] is None, item[3] or date.max, item[2])):
    slack = "-" if due is None else f"{(due - held).days} d"
    print(f"{due or 'open':<12}" if due is None else f"{due:%d %b %Y} ", f"{slack:>5}", what, people, sep=" | ")
overdue = [what for _, _, what, due, _ in actions if due and due < date(2024, 3, 18)]
print(overdue, len(overdue))
dues = [due for *_, due, _ in actions if due]
print(min(dues), max(dues), max(dues) - min(dues), sorted({due.strftime("%a") for due in dues}))
first, *_, last = found
print(first[2:4], last[-1] + timedelta(weeks=2), len(re.findall(r"(?m)^- ", minutes)) - len(found))
