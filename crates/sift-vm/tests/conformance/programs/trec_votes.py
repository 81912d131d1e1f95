import re
from collections import Counter, defaultdict

rows = """Date: Jan 06, 2023 || User: 44436 || Instance: What is the capital of Peru ?
Date: Feb 11, 2023 || User: 9931 || Instance: Who wrote || and sang `` Hurt '' ?
Date: Mar 03, 2023 || User: 44436 || Instance: How many feet are in a mile ?
Date: Mar 09, 2022 || User: 700 || Instance: What does NASA stand for ?
Date: Apr 30, 2023 || User: 9931 || Instance: How tall is K2 ?
broken line without fields
Date: May 01, 2023 || User: 44436 || Instance: Where is Timbuktu ?"""
replies = ["1: location\n2: human being\n3: numeric value", "4) Abbreviation\n5 - Numeric value.\n6: location"]
LABELS = ["numeric value", "entity", "location", "abbreviation", "human being"]


def parse(reply):
    for line in reply.splitlines():
        m = re.match(r"\s*(\d+)\s*[:).-]+\s*(.+?)\W*$", line)
        if m and m[2].lower() in LABELS:
            yield int(m[1]), m[2].lower()


records = []
for line in rows.split("\n"):
    parts = [part.strip() for part in line.split("||", 2)]
    if len(parts) < 3:
        print("skipped", repr(line))
        continue
    records.append({key.lower(): value.strip() for key, value in (part.split(":", 1) for part in parts)})
labels = dict(pair for reply in replies for pair in parse(reply))
print(labels)
for number, record in enumerate(records, 1):
    record["label"] = labels.get(number, "?")
    record["year"] = int(record["date"][-4:])
counts = Counter(record["label"] for record in records)
print(counts.most_common(2), counts["entity"], sum(counts.values()))
per_user = defaultdict(Counter)
for record in records:
    per_user[record["user"]][record["label"]] += 1
for user, tally in sorted(per_user.items(), key=lambda kv: (-sum(kv[1].values()), int(kv[0]))):
    print(f"{user:>6}: " + ", ".join(f"{label} x{n}" if n > 1 else label for label, n in sorted(tally.items())))
after = [r for r in records if r["year"] == 2023 and r["date"].split()[0] in ("Mar", "Apr", "May")]
print([r["instance"].rstrip(" ?").split()[0] for r in after], all(r["label"] in LABELS for r in after))
least = min(LABELS, key=lambda label: (counts[label], label))
print(f"least common: {least!r} ({counts[least]})")
