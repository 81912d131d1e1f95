import decimal
from decimal import Decimal

for function in [
    lambda: Decimal(1) / 0,
    lambda: Decimal(0) / 0,
    lambda: Decimal(1) // 0,
    lambda: Decimal(1) % 0,
    lambda: divmod(Decimal(1), 0),
    lambda: Decimal(-1).sqrt(),
    lambda: Decimal(0) ** 0,
    lambda: Decimal("1e999999") * 10,
    lambda: Decimal("NaN") < 1,
    lambda: int(Decimal("NaN")),
    lambda: int(Decimal("Infinity")),
    lambda: Decimal("Infinity") - Decimal("Infinity"),
]:
    try:
        print(function())
    except ZeroDivisionError as error:
        print("zero:", type(error).__name__, error)
    except ArithmeticError as error:
        print(type(error).__name__, error)
    except ValueError as error:
        print("value:", error)
print(Decimal("NaN") == Decimal("NaN"), Decimal("Infinity") > 10 ** 30, Decimal("-0") == 0, Decimal("-0"))
print(issubclass(decimal.DivisionByZero, ZeroDivisionError), issubclass(decimal.InvalidOperation, ValueError))
