print(0.1 + 0.2, 1 / 3, 7 // 2.0, -7 // 2.0, 7 % 2.5, -7 % 2.5, 2 ** 0.5, 1e308 * 10, -1e308 * 10, 5.0 // 0.3, divmod(-7.5, 2))
print(1e16, 1e15, 123456789.123, 1e-5, 0.0001, 5e-324, 1.7976931348623157e308, -0.0, 1e22, 100.0, 2.0 ** 70, 1.5e300 * 1e-300)
print(float("inf") - 1, float("nan") == float("nan"), float("-inf") < 0, 0.0 == -0.0, 1 == 1.0, 2**53 == float(2**53), 2**53 + 1 == float(2**53))
for function in [lambda: 1.0 / 0, lambda: 1.0 // 0, lambda: 1.0 % 0, lambda: 2.0 ** 5000, lambda: 0.0 ** -1, lambda: float(10 ** 400), lambda: 10 ** 400 / 3.0, lambda: int(float("inf"))]:
    try:
        print(function())
    except (ZeroDivisionError, OverflowError) as error:
        print(type(error).__name__, error)
print(10 ** 400 / 10 ** 399, 3 / 10 ** 300, (2**1000 + 1) / 2**1000)
