import decimal
from decimal import Decimal, InvalidOperation

for text in ["12.50", " 7 ", "1_000", "1e3", "-0", "1,000.00", "$5", "", "NaN", "-Infinity", "4.", ".4"]:
    try:
        print(repr(text), repr(Decimal(text)))
    except InvalidOperation as error:
        print(repr(text), type(error).__name__, error)
try:
    Decimal("n/a")
except ArithmeticError as error:
    print(isinstance(error, decimal.DecimalException), error.args)
print(Decimal(0.1), Decimal(5), Decimal(True), Decimal((1, (2, 7), -1)), Decimal())
