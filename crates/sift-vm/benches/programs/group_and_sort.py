records = []
for line in context.strip().split("\n"):
    kind, amount, share, name = line.split(",")
    records.append((kind, int(amount), float(share), name))
groups = defaultdict(list)
for record in records:
    groups[record[0]].append(record)
totals = {kind: sum(r[1] * r[2] for r in rows) for kind, rows in groups.items()}
ranked = sorted(records, key=lambda r: (-r[1], r[3]))
print(ranked[:3], {k: round(v, 2) for k, v in sorted(totals.items())})
