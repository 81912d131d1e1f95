import json
from collections import Counter, defaultdict
from datetime import datetime, timedelta, timezone

lines = '''{"id": 1, "opened": "2024-05-01T08:00:00Z", "closed": "2024-05-01T09:30:00Z", "tags": ["login", "urgent"], "by": {"name": "Ann", "vip": true}}
{"id": 2, "opened": "2024-05-01T10:15:00+02:00", "closed": null, "tags": [], "by": {"name": "Bob"}}
{"id": 3, "opened": "2024-05-02T23:59:59Z", "closed": "2024-05-04T00:00:00Z", "tags": ["billing", "login"], "by": {"name": "Ann"}
{"id": 4, "opened": "2024-05-03T00:00:00Z", "closed": "2024-05-03T00:00:05Z", "tags": ["billing"], "by": null}

{"id": 5, "opened": "yesterday", "tags": "urgent", "note": "caf\\u00e9 \\ud83d\\ude00"}'''
tickets, errors = [], {}
for number, line in enumerate(lines.splitlines(), start=1):
    if not line.strip():
        continue
    try:
        tickets.append(json.loads(line))
    except json.JSONDecodeError as e:
        errors[number] = f"{e.msg} at column {e.colno}"
print([t["id"] for t in tickets], errors)


def when(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


ages, problems = {}, []
for t in tickets:
    try:
        end = when(t["closed"]) if t["closed"] else datetime(2024, 5, 5, tzinfo=timezone.utc)
        ages[t["id"]] = end - when(t["opened"])
    except (KeyError, ValueError) as e:
        problems.append((t["id"], type(e).__name__, str(e)))
for key, age in sorted(ages.items(), key=lambda kv: kv[1], reverse=True):
    print(f"#{key}: {age} = {age.total_seconds() / 3600:.2f} h")
print(problems)
tags = Counter(tag for t in tickets if isinstance(t["tags"], list) for tag in t["tags"])
names = defaultdict(list)
for t in tickets:
    names[(t.get("by") or {}).get("name", "unknown")].append(t["id"])
print(dict(tags), dict(names))
print(sum(ages.values(), timedelta()) / len(ages), max(ages, key=ages.get))
last = tickets[-1]
print(last["note"], len(last["note"]), json.dumps(last["note"]), json.dumps(last, ensure_ascii=False, sort_keys=True))
print(json.dumps({"open": [t["id"] for t in tickets if not t.get("closed")], "vip": any((t.get("by") or {}).get("vip") for t in tickets)}, indent=2))
