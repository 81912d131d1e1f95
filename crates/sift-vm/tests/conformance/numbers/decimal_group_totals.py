import re
from collections import defaultdict
from decimal import Decimal

text = """2024-01-03 rent 1200.00
2024-01-09 food 54.35
2024-01-11 food 12.10
2024-02-01 rent 1200.00
2024-02-14 food 8.99
2024-02-20 travel 310.5"""
totals = defaultdict(Decimal)
for month, kind, amount in re.findall(r"(\d{4}-\d{2})-\d{2} (\w+) ([\d.]+)", text):
    totals[month, kind] += Decimal(amount)
for (month, kind), total in sorted(totals.items()):
    print(month, kind, f"{total:>10.2f}")
print(sum(totals.values()), max(totals.values()), {kind: str(total) for (_, kind), total in totals.items()})
shares = {key: (total / sum(totals.values()) * 100).quantize(Decimal("0.1")) for key, total in totals.items()}
print(shares, sum(shares.values()))
