for a in [17, -17, 0, 2**64 + 5, -(2**70)]:
    for b in [5, -5, 2**33]:
        print(a, b, a + b, a - b, a * b, a // b, a % b, divmod(a, b), round(a / b, 6))
print(7 ** 20, (-2) ** 63, (-3) ** 3, 2 ** -2, 0 ** 0, pow(7, 100, 13), pow(3, -1, 7), pow(-5, 3, 4), pow(2, 10, -7))
print(-7 >> 1, -7 << 2, 5 & 3, 5 | 8, 5 ^ 1, ~5, -5 & 0xFF, 1 << 100, (1 << 100) >> 98, True + True, True & False, 6 | True)
for function in [lambda: 1 // 0, lambda: 1 % 0, lambda: 1 / 0, lambda: divmod(1, 0), lambda: pow(2, -1, 4), lambda: 1 << -1, lambda: pow(2, 3, 0)]:
    try:
        function()
    except (ZeroDivisionError, ValueError) as error:
        print(type(error).__name__, error)
