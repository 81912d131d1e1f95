from math import comb, factorial, gcd, isqrt, lcm, perm, prod

for n in range(6):
    row = [comb(n, k) for k in range(n + 1)]
    print(" ".join(map(str, row)).center(24), sum(row) == 2**n, prod(row))
print(perm(10, 3), factorial(10) // factorial(7), perm(3, 0), perm(0), comb(0, 0), perm(6, None))
print(gcd(), gcd(12), gcd(-12, 18, 27), lcm(), lcm(4, 6, 10), lcm(3, 0), gcd(0, 0))
print([n for n in range(2, 60) if all(n % d for d in range(2, isqrt(n) + 1))])
print(prod([]), prod([2.5, 4]), prod(range(1, 6), start=10), prod([True, 3]), prod("ab"[:0], start="x"))
tries = [lambda: comb(5.0, 2), lambda: comb(5, "2"), lambda: perm(4.5), lambda: gcd(1.5), lambda: lcm("4"), lambda: isqrt(4.0), lambda: factorial("5"),
         lambda: prod(5), lambda: prod(["a", "b"]), lambda: prod([1, None]), lambda: comb(*[]), lambda: perm(*()), lambda: factorial(10**30), lambda: prod(*[[2], 3]), lambda: prod(*[])]
for attempt in tries:
    try:
        print(attempt())
    except (TypeError, ValueError, OverflowError) as error:
        print(type(error).__name__, error)
poker = {"pair": 13 * comb(4, 2) * comb(12, 3) * 4**3, "flush": 4 * comb(13, 5) - 40, "four": 13 * 48}
total = comb(52, 5)
print({name: f"{count / total:.4%}" for name, count in poker.items()}, total)
