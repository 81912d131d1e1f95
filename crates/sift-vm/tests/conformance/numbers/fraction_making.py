from decimal import Decimal
from fractions import Fraction

for value in ["3/4", " -7/3 ", "0.125", "1e-3", "-.5", "10", 2.5, 7, Decimal("0.1"), True, Fraction(2, 6)]:
    print(repr(value), Fraction(value))
for args in [("3 / 4",), ("x",), ("1/0",), (1, 0), (1.5, 2), (None,), ("",), (float("nan"),), (float("inf"),)]:
    try:
        print(Fraction(*args))
    except (ValueError, ZeroDivisionError, TypeError, OverflowError) as error:
        print(args, type(error).__name__, error)
print(Fraction(0.1), Fraction(0.1).limit_denominator(), Fraction("3.14159").limit_denominator(100), Fraction.from_float(0.25), Fraction.from_decimal(Decimal("1.1")))
