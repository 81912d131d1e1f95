from fractions import Fraction

a, b = Fraction(3, 4), Fraction("1/6")
print(a + b, a - b, a * b, a / b, a // b, a % b, a ** 2, a ** -2, -a, +b, abs(-a))
print(a + 1, 2 * b, 1 / a, a + 0.25, 0.5 * b, 5 // a, 5 % a, 2 ** Fraction(3), Fraction(9, 4) ** Fraction(1, 2))
print(repr(a), str(a), Fraction(6, -8), Fraction(5), a.numerator, a.denominator, a.as_integer_ratio(), bool(Fraction(0)))
print(a > b, a == 0.75, a < 1, Fraction(1, 3) == 1 / 3, {Fraction(1, 2): "half"}[0.5], Fraction(4, 2) in {2}, sorted([a, b, 0.5, 1]))
print(int(Fraction(-7, 2)), float(b), round(Fraction(7, 2)), round(Fraction(22, 7), 3), round(Fraction(1250), -2), divmod(Fraction(7, 2), b))
total = sum(Fraction(1, n) for n in range(1, 11))
print(total, float(total), max(a, b), sum([a, b, 1]))
