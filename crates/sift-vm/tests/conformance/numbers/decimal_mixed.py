from decimal import Decimal
from fractions import Fraction

d = Decimal("2.50")
print(d + 1, 3 - d, d * True, 10 / d, 7 // d, 7 % d, 2 ** Decimal(3), -d, +d, abs(-d))
print(d == 2.5, d < 3, d >= Fraction(5, 2), d != 2.5, 2.4 < d, d == "2.50", {2.5: "float"}[d], d in [1, 2.5])
for function in [lambda: d + 0.5, lambda: 0.5 * d, lambda: d + Fraction(1, 2), lambda: d + "1", lambda: d < "1", lambda: [1][Decimal(0)]]:
    try:
        print(function())
    except TypeError as error:
        print(error)
print(sum([Decimal("0.1")] * 3), sum([0.1] * 3), max(d, 2), min([d, Decimal("2.5")]), sorted([d, 1, 3.5, Decimal("-1")]))
print(int(d), float(d), bool(Decimal("0.0")), str(d), repr(d), divmod(Decimal(17), 5), pow(Decimal(3), 4, 5))
