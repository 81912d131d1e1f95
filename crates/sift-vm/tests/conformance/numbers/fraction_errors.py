from decimal import Decimal
from fractions import Fraction

half = Fraction(1, 2)
for function in [
    lambda: half / 0,
    lambda: half // 0,
    lambda: half % 0,
    lambda: half / 0.0,
    lambda: Fraction(0) ** -1,
    lambda: half + "a",
    lambda: half + Decimal("0.5"),
    lambda: half < "a",
    lambda: f"{half:.2f}",
    lambda: half.limit_denominator(0),
    lambda: [1, 2][half],
    lambda: Fraction.from_float("x"),
]:
    try:
        print(function())
    except Exception as error:
        print(type(error).__name__, error)
print(f"{half} {float(half):.2f} {half!r:>20} {str(half):>6}", "%s %.1f %d" % (half, half, Fraction(7, 2)))
