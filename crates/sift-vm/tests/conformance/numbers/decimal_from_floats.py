from decimal import Decimal

for x in [0.5, 0.1, -2.75, 3, True, float("inf"), float("nan"), 1e-10]:
    print(x, Decimal.from_float(x), Decimal(x) if x == x else "")
for wrong in ["0.5", None, Decimal("1"), [1]]:
    try:
        print(Decimal.from_float(wrong))
    except TypeError as e:
        print(repr(wrong), e)
try:
    Decimal.from_float()
except TypeError as e:
    print(e)
prices = [0.1] * 10
print(sum(prices), sum(Decimal(str(p)) for p in prices), sum(Decimal.from_float(p) for p in prices))
rounded = [Decimal.from_float(x).quantize(Decimal("0.01")) for x in (2.675, 1.005, 0.125, 2.5)]
print(rounded, [round(x, 2) for x in (2.675, 1.005, 0.125, 2.5)])
print(Decimal.from_float(0.25).as_integer_ratio(), Decimal("0.3").as_integer_ratio(), Decimal("-12").as_integer_ratio())
