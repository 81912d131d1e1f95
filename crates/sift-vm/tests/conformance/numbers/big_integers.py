def fibonacci(n):
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a

factorial = 1
for n in range(1, 41):
    factorial *= n
print(fibonacci(300), factorial, factorial // fibonacci(100), factorial % (10**9 + 7), factorial & (2**64 - 1))
print(sum(10**k for k in range(0, 60, 7)), -(2**200) // 3**50, (2**200) % -(3**50), divmod(-(10**40), 7**20), 2**64 - 1 == 18446744073709551615)
print(int("1" * 60) * int("9" * 60), str(3**100)[::-1], len(str(2**3000)), 10**18 * 10**18, -5 % 10**30, (10**30) ** 3)
print(float(10**30), int(1e30), 10**30 / 10**29, 10**30 // 1e29, 10**30 in [1e30, 10**30], sorted([10**30, -10**30, 5]))
