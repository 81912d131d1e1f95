from fractions import Fraction

for denominator in [2, 1, 0]:
    print(Fraction(1, denominator))
