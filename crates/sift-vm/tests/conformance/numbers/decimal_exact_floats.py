from decimal import Decimal

total = sum((Decimal.from_float(x).quantize(Decimal("0.01")) for x in (0.1, 0.2, 19.99, 1e3)), Decimal())
print(total, Decimal.from_float(0.5) == 0.5, Decimal.from_float(0.1) == Decimal("0.1"), Decimal.from_float(0.1) == Decimal(0.1))
for value in ("1.5", None, Decimal(1), [1.5]):
    try:
        f = Decimal.from_float
        print(f(value))
    except TypeError as error:
        print(type(error).__name__, error)
for x in (0.1, 1.1, 2.675, 1e22, 3.0, True):
    exact = Decimal.from_float(x)
    print(f"{x!r:>7} {len(exact.as_tuple().digits):>3} digits, off by {float(exact - Decimal(str(x) if x is not True else 1)):.3g}, {exact.normalize():.6g}")
