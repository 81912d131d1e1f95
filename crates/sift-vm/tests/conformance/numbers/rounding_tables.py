from decimal import Decimal, ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP
import math

values = ["2.5", "-2.5", "0.125", "1.005", "-0.5", "1234.5678"]
modes = {"up": ROUND_UP, "down": ROUND_DOWN, "ceil": ROUND_CEILING, "floor": ROUND_FLOOR, "half+": ROUND_HALF_UP, "half-": ROUND_HALF_DOWN, "even": ROUND_HALF_EVEN}
print(f"{'':>10}" + "".join(f"{name:>9}" for name in modes))
for value in values:
    exact = Decimal(value)
    print(f"{value:>10}" + "".join(f"{exact.quantize(Decimal('1'), rounding=mode)!s:>9}" for mode in modes.values()))
    print(" " * 10 + "".join(f"{exact.quantize(Decimal('.01'), rounding=mode)!s:>9}" for mode in modes.values()))
for value in map(float, values):
    print(value, round(value), round(value, 1), round(value, 2), round(value, -2), math.floor(value), math.ceil(value), math.trunc(value), int(value), f"{value:.0f}", f"{value:.2f}")
print([round(n, -1) for n in (5, 15, 25, -5, 105)], [round(n, d) for n, d in ((1234, -5), (5678, -3), (7, 3))], round(True), type(round(2.0)), type(round(2.0, 0)))
for arguments in (("1",), (1.5, "2"), (1.5, 2.0), (float("nan"),), (float("inf"),), (None,), (1, None)):
    f = round
    try:
        print(f(*arguments))
    except (TypeError, ValueError, OverflowError) as error:
        print(type(error).__name__, error)
