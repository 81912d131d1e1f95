import csv
import io
from collections import defaultdict

sheet = """region,month,amount
north,2024-01,"1,200.50"
south,2024-01,80
north,2024-02,99.5
east,2024-02,
south,2024-02,20.25
"""
totals = defaultdict(lambda: defaultdict(float))
skipped = []
for number, row in enumerate(csv.DictReader(io.StringIO(sheet)), start=2):
    try:
        totals[row["region"]][row["month"]] += float(row["amount"].replace(",", ""))
    except ValueError as e:
        skipped.append((number, str(e)))
months = sorted({month for of in totals.values() for month in of})
out = io.StringIO()
writer = csv.DictWriter(out, ["region", *months, "sum"], restval="0.00", lineterminator="\n")
writer.writeheader()
writer.writerows(
    {"region": region, **{m: f"{a:.2f}" for m, a in of.items()}, "sum": f"{sum(of.values()):.2f}"}
    for region, of in sorted(totals.items())
)
print(out.getvalue(), skipped)
try:
    writer.writerow({"region": "west", "2030-01": 1})
except ValueError as e:
    print(e)
back = csv.writer(out, delimiter="|", lineterminator="\n")
print(back.writerow([1, None, 2.5, "a|b"]), back.writerows([[True, ""], [], [""]]))
print(out.getvalue()[-30:])
for wrong in (5, None, [3]):
    try:
        back.writerows(wrong)
    except (TypeError, csv.Error) as e:
        print(type(e).__name__, e)
