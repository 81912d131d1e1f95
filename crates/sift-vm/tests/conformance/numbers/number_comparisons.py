from decimal import Decimal
from fractions import Fraction

values = [1, 1.0, Decimal("1.0"), Fraction(1), True]
print(len(set(values)), len({value: None for value in values}), all(a == b for a in values for b in values), values.index(Decimal(1)))
big = 2 ** 60 + 1
print(big == float(big), float(big) == Decimal(float(big)), Decimal(big) == Fraction(big), big < float(2**61), Fraction(1, 3) < 0.3334, Decimal("0.1") < 0.1)
table = {0.5: "half", 10**30: "big", Fraction(1, 3): "third"}
print(table[Fraction(1, 2)], table[Decimal("1E+30")], table.get(1 / 3), table[Fraction(2, 6)], Decimal("0.50") in table)
print(max(1, 1.0), max(Decimal(1), 1), min(Fraction(1, 2), 0.5), sorted([3, Decimal("2.5"), 2.75, Fraction(13, 5)], reverse=True))
print(1 < Decimal("1.5") < 2, 0 == Decimal("-0"), Decimal("1.10") == Decimal("1.1"), str(Decimal("1.10")) == str(Decimal("1.1")))
for function in [lambda: 1 < "2", lambda: None < 1, lambda: [1] < 1, lambda: {} < 1]:
    try:
        function()
    except TypeError as error:
        print(error)
