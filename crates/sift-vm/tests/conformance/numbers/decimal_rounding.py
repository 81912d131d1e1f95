import decimal
from decimal import Decimal

modes = [decimal.ROUND_UP, decimal.ROUND_DOWN, decimal.ROUND_CEILING, decimal.ROUND_FLOOR, decimal.ROUND_HALF_UP,
         decimal.ROUND_HALF_DOWN, decimal.ROUND_HALF_EVEN, decimal.ROUND_05UP]
for mode in modes:
    row = [Decimal(text).quantize(Decimal("1"), rounding=mode) for text in ["2.5", "-2.5", "1.1", "-1.1", "5.5", "10.4"]]
    print(f"{mode:<16}", *row)
print(round(Decimal("2.675"), 2), round(Decimal("2.5")), round(Decimal("1234.5"), -2), round(Decimal("0.5"), 0))
print(Decimal("7.5").to_integral_value(), Decimal("7.5").to_integral_value("ROUND_DOWN"), Decimal("-7.5").to_integral_exact())
try:
    Decimal("1").quantize(Decimal("0.1"), rounding="ROUND_SOMEHOW")
except TypeError as error:
    print(error)
try:
    Decimal("1e30").quantize(Decimal("0.01"))
except decimal.InvalidOperation as error:
    print(error)
