table = """name,dept,salary
Ann,Sales,5200
Bo,IT,4800
Cy,Sales,6100
Di,HR,3900
Ed,IT,5500
"""
header, *rows = [line.split(",") for line in table.strip().split("\n")]
records = [dict(zip(header, row)) for row in rows]
for record in records:
    record["salary"] = int(record["salary"])
totals, heads = {}, {}
for r in records:
    totals[r["dept"]] = totals.get(r["dept"], 0) + r["salary"]
    heads.setdefault(r["dept"], []).append(r["name"])
for dept in sorted(totals, key=totals.get, reverse=True):
    mean = totals[dept] / len(heads[dept])
    print(f"{dept:6} {totals[dept]:>7,} {mean:>9.2f} {', '.join(heads[dept])}")
top = max(records, key=lambda r: r["salary"])
print(top, sum(r["salary"] for r in records) / len(records))
print("\n".join(",".join(map(str, r.values())) for r in records if r["salary"] > 5000))
