import json
from collections import Counter, defaultdict
from operator import itemgetter

raw = """
{"id": 1, "who": "ann", "tags": ["billing", "urgent"], "hours": 4.5, "open": true}
{"id": 2, "who": "ben", "tags": [], "hours": null, "open": false}
{"id": 3, "who": "ann", "tags": ["login"], "hours": 0.25, "open": false}
{"id": 4, "who": "cyd", "tags": ["urgent", "login"], "hours": 12, "open": true
{"id": 5, "who": "cyd", "tags": ["billing"], "hours": 7, "open": true, "note": "caf\\u00e9 \\"x\\""}
"""
tickets, broken = [], []
for number, line in enumerate(raw.strip().split("\n"), start=1):
    try:
        tickets.append(json.loads(line))
    except json.JSONDecodeError as e:
        broken.append((number, e.msg, e.colno))
print(len(tickets), broken)
by_tag = defaultdict(list)
for t in tickets:
    for tag in t["tags"] or ["(none)"]:
        by_tag[tag].append(t["id"])
print(json.dumps(by_tag, sort_keys=True), Counter(tag for t in tickets for tag in t["tags"]))
hours = [t["hours"] for t in tickets if t["hours"] is not None]
print(f"{sum(hours):.2f} h, mean {sum(hours) / len(hours):.3f}, max {max(hours)}, open {sum(t['open'] for t in tickets)}")
for t in sorted(tickets, key=lambda t: (not t["open"], -(t["hours"] or 0))):
    print("{id:>2} {who:<5} {hours!s:>5} {mark}".format(mark="*" if t["open"] else "-", **{k: t[k] for k in ("id", "who", "hours")}))
people = {who: sorted(t["id"] for t in tickets if t["who"] == who) for who in sorted({t["who"] for t in tickets})}
print(people, list(map(itemgetter("id", "open"), tickets)))
print(json.dumps(tickets[-1], indent=1, ensure_ascii=False))
merged = {**tickets[0], **{k: v for k, v in tickets[-1].items() if k not in tickets[0]}}
print(merged == tickets[0] | {"note": 'café "x"'}, list(merged))
