from decimal import Decimal
from fractions import Fraction

shares = {"north": Decimal("0.125"), "south": Decimal("0.375"), "east": Decimal("0.2"), "west": Decimal("0.30")}
for region, share in sorted(shares.items(), key=lambda pair: (-pair[1], pair[0])):
    top, bottom = share.as_integer_ratio()
    assert Fraction(top, bottom) == Fraction(share) == Fraction.from_decimal(share)
    print(f"{region:<6}{share:>6} = {top}/{bottom}, {Fraction(share).limit_denominator(4)}, {float(share):.1%}")
total = sum(shares.values(), Decimal())
print(total, total == 1, Fraction(total).as_integer_ratio(), total.as_integer_ratio())
print(Fraction.from_float(0.75), Fraction.from_float(3), Fraction.from_decimal(7), Fraction.from_float(-0.1).conjugate())


def show(make, *args):
    try:
        print(make(*args))
    except Exception as e:
        print(type(e).__name__, e)


show(Fraction.from_float, "0.5")
show(Fraction.from_float, float("nan"))
show(Fraction.from_float, float("-inf"))
show(Fraction.from_decimal, 0.5)
show(Fraction.from_decimal, Decimal("NaN"))
show(Fraction.from_decimal, Decimal("Infinity"))
show(Fraction(1, 2).as_integer_ratio, 1)
show(Fraction(1, 2).conjugate, 1)
show(Fraction(1, 2).limit_denominator, 0)
