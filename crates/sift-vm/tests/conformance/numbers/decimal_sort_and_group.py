from collections import Counter
from decimal import Decimal

prices = [Decimal(text) for text in ["9.99", "10.00", "9.990", "100", "1E+2", "-3.50", "0.00"]]
print(sorted(prices), sorted(set(prices)), Counter(prices).most_common(2))
print(list(map(str, sorted(prices, key=abs, reverse=True))), [p.normalize() for p in prices], max(prices, key=lambda p: -p))
print({p: i for i, p in enumerate(prices)}, Decimal("9.99") in prices, prices.index(Decimal(100)), prices.count(Decimal("1E2")))
print(sum(prices) / len(prices), sum(prices, Decimal("0.5")), any(prices), all(prices), [int(p) for p in prices], tuple(p > 5 for p in prices))
print(",".join(f"{p:.1f}" for p in prices), [p.quantize(Decimal("0.1")) for p in prices][:3], str(prices[0]).split("."))
