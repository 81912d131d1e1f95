from collections import defaultdict
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

claims = """\
2024-03-01|hotel|EUR 189,90
2024-03-01|taxi|€ 23.5
2024-02-29|meal|USD 41.00
2024-03-04|meal|(12.25)
2023-02-29|train|EUR 10
2024-03-05|gift|n/a
2024-03-07|hotel|EUR 1.234,50"""
rates = {"EUR": Decimal(1), "USD": Decimal("0.9213")}
CENT = Decimal("0.01")


def amount(text):
    sign = -1 if text.startswith("(") else 1
    text = text.strip("()").replace("€", "EUR")
    currency, _, digits = text.rpartition(" ")
    if "," in digits:
        digits = digits.replace(".", "").replace(",", ".")
    return sign * Decimal(digits) * rates[currency or "EUR"]


totals, rejected = defaultdict(Decimal), []
for line in claims.splitlines():
    day, kind, text = line.split("|")
    try:
        when = date.fromisoformat(day)
        totals[when.strftime("%Y-W%V"), kind] += amount(text).quantize(CENT, ROUND_HALF_UP)
    except (ValueError, InvalidOperation) as e:
        rejected.append((kind, type(e).__name__))
for (week, kind), total in sorted(totals.items()):
    print(f"{week} {kind:<6}{total:>10}")
print(rejected, sum(totals.values()), max(totals, key=totals.get))
weeks = defaultdict(dict)
for (week, kind), total in totals.items():
    weeks[week][kind] = total
for week, of in sorted(weeks.items()):
    share = {kind: f"{total / sum(of.values()):.0%}" for kind, total in of.items() if total > 0}
    print(week, share, f"{sum(of.values()):,}")
