print(2 ** 10, 2 ** -1, 2 ** 0.5, (-8) ** 3, 0 ** 0, 0.0 ** 0, 1 ** 10**6, (-1) ** 10**6, 10 ** 20, 1.5 ** 3, 2 ** 3 ** 2, -2 ** 2, (-2) ** 2)
print(pow(2, 10), pow(2, 10, 1000), pow(2.0, 3), pow(base=2, exp=5), pow(5, -1), pow(5, 0, 3), pow(0, 0, 1), pow(7, 2, -5))
x = 3
x **= 4
y = 2.0
y **= -2
print(x, y)
for args in [(0, -1), (0.0, -2), (2, 3, 0), (2.0, 3, 5), (2, -1, 4), ("a", 2), (2, "a"), (2, 0.5, 3)]:
    try:
        print(pow(*args))
    except (ZeroDivisionError, ValueError, TypeError) as error:
        print(type(error).__name__, error)
