print([round(x) for x in [0.5, 1.5, 2.5, -0.5, -1.5, 2.4999, 1e16]], [round(x, 2) for x in [2.675, 1.005, 0.125, -0.125, 1234.5678]])
print(round(1234, -2), round(1250, -2), round(1350, -2), round(-1250, -2), round(15, -1), round(25, -1), round(2**70, -5), round(5, 2), round(7, -3))
print(round(1234.5678, -2), round(1e300, 2), round(0.1 + 0.2, 10), round(5e-324, 5), round(True), round(2.5, 0), round(-0.4))
for args in [(float("nan"),), (float("inf"),), ("1.5",), (None,), (1.5, "2"), (1.5, 2.0)]:
    try:
        print(round(*args))
    except (ValueError, OverflowError, TypeError) as error:
        print(type(error).__name__, error)
print(sum(round(x / 3, 2) for x in range(10)), abs(-3), abs(-2.5), abs(True), abs(-(2**65)))
