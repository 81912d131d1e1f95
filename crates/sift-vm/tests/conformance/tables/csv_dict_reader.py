import csv, io
from collections import Counter, defaultdict

text = """region,product,units
north,apple,3
south,pear,5

north,pear,4
west,apple,
"""
rows = list(csv.DictReader(io.StringIO(text)))
print(len(rows), rows[0])
print(Counter(row["region"] for row in rows))
totals = defaultdict(int)
for row in rows:
    try:
        totals[row["product"]] += int(row["units"])
    except ValueError as error:
        print("skipped", row, error)
print(dict(totals))
print(sorted({row["region"] for row in rows}), list(rows[0].keys()))
