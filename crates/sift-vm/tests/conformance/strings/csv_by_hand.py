text = "id,name,amount\n1,Ann,10.50\n2,Bob,\n3,Cy,7\nbad row\n"
header, *lines = text.strip().split("\n")
columns = header.split(",")
rows, problems = [], []
for number, line in enumerate(lines, 2):
    cells = line.split(",")
    if len(cells) != len(columns):
        problems.append(f"line {number}: {len(cells)} cells")
        continue
    row = dict(zip(columns, cells))
    try:
        row["amount"] = float(row["amount"])
    except ValueError as e:
        problems.append(f"line {number}: {e}")
    rows.append(row)
print(rows, problems)
print(sum(r["amount"] for r in rows if isinstance(r["amount"], float)), ";".join(f"{k}={v}" for k, v in rows[0].items()))
print("\n".join(",".join(str(row[c]) for c in columns) for row in sorted(rows, key=lambda r: r["name"], reverse=True)))
for literal in ["12", " 7 ", "1_000", "1.5", "", "abc", "0x1f", "٣", "1e3"]:
    try:
        print(repr(literal), int(literal))
    except ValueError as e:
        print(e)
