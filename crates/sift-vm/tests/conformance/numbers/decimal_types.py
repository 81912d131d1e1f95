import decimal
import fractions
from decimal import Decimal
from fractions import Fraction

print(type(Decimal(1)), type(Fraction(1)), type(Decimal(1)).__name__, Decimal, isinstance(Decimal(1), Decimal), isinstance(1, Decimal))
print(isinstance(Fraction(1), (int, float)), isinstance(Decimal(1), (int, float, Decimal)), decimal.Decimal is Decimal, fractions.Fraction is Fraction)
print(Decimal("1.5").real, Decimal("1.5").imag, Fraction(3, 2).real, Fraction(3, 2).imag, Decimal("2").conjugate(), Fraction(2).conjugate())
sign, digits, exponent = Decimal("-12.340").as_tuple()
print(sign, digits, exponent, Decimal((sign, digits, exponent)), Decimal("-12.340").as_tuple().digits)
for function in [lambda: [Decimal("1")][0].foo, lambda: [Fraction(1)][0].foo, lambda: Decimal(None), lambda: Decimal([1]), lambda: Decimal("1")(), lambda: len(Decimal(1)), lambda: Decimal(1)[0]]:
    try:
        function()
    except (AttributeError, TypeError, ValueError) as error:
        print(type(error).__name__, error)
print(callable(Decimal), repr(decimal.InvalidOperation), decimal.MAX_PREC, decimal.ROUND_HALF_EVEN)
