def sieve(n):
    flags = [True] * (n + 1)
    flags[:2] = [False, False]
    for i in range(2, int(n ** 0.5) + 1):
        if flags[i]:
            flags[i * i::i] = [False] * len(flags[i * i::i])
    return [i for i, is_prime in enumerate(flags) if is_prime]


def factor(n):
    factors = Counter()
    d = 2
    while n > 1:
        while n % d == 0:
            factors[d] += 1
            n //= d
        d += 1
    return factors


print(sieve(50), len(sieve(2000)))
print(" * ".join(f"{p}^{k}" if k > 1 else str(p) for p, k in sorted(factor(5040).items())))
a, b, fib = 0, 1, []
while len(fib) < 15:
    fib.append(a)
    a, b = b, a + b
print(fib, [round(y / x, 4) for x, y in zip(fib[5:], fib[6:])][:4])
print(math.gcd(84, 36), math.lcm(4, 6), math.factorial(20), 2 ** 100, (2 ** 100) % 97, -7 // 2, -7 % 3, 7 // -2)
print(sum(d for d in range(1, 496) if 496 % d == 0), [n for n in range(1, 30) if sum(map(int, str(n * n))) == n])
