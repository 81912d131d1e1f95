import math

def is_prime(n):
    if n < 2:
        return False
    d, s = n - 1, 0
    while d % 2 == 0:
        d //= 2
        s += 1
    for a in [2, 3, 5, 7, 11, 13, 17, 19, 23]:
        if n % a == 0:
            return n == a
        x = pow(a, d, n)
        if x in (1, n - 1):
            continue
        for _ in range(s - 1):
            x = x * x % n
            if x == n - 1:
                break
        else:
            return False
    return True

print([n for n in range(60) if is_prime(n)], is_prime(2**61 - 1), is_prime(2**67 - 1), is_prime(10**18 + 9))
print(math.gcd(2**40, 6**20), math.lcm(12, 18, 7), math.isqrt(10**40 + 1), math.comb(50, 6), math.perm(10, 3), math.factorial(25))
print(pow(5, 117, 19), pow(2, 10**6, 10**9 + 7), pow(38, -1, 97), 38 * pow(38, -1, 97) % 97)
