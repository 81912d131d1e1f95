import math
from fractions import Fraction

def continued(x, terms=8):
    out = []
    for _ in range(terms):
        whole = math.floor(x)
        out.append(whole)
        if x == whole:
            break
        x = 1 / (x - whole)
    return out

print(continued(Fraction(415, 93)), continued(Fraction(math.pi)), math.ceil(Fraction(7, 2)), math.trunc(Fraction(-7, 2)))
for limit in [1, 10, 100, 1000, 10**6]:
    best = Fraction(math.pi).limit_denominator(limit)
    print(limit, best, float(best), abs(float(best) - math.pi) < 1 / limit)
print(math.sqrt(Fraction(1, 4)), math.gcd(Fraction(12).numerator, 8), math.isclose(Fraction(1, 3), 1 / 3))
