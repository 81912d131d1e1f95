import math

table = [("half-life", 8.02), ("doubling", 3.5), ("slow", 1200)]
for name, period in table:
    rate = math.log(2) / period
    after = math.exp(-rate * 10)
    grown = math.exp2(10 / period)
    print(f"{name:<10} rate={rate:.6f} left={after:.4%} lost={-math.expm1(-rate * 10):.4%} grown={grown:.5g} log2={math.log2(grown):.4f}")
print([round(math.log1p(x), 9) for x in (1e-12, 0.05, 1)], [round(math.log10(x), 4) for x in (1, 2, 5, 1e6)], round(math.log(125, 5), 9))
print([round(f(0.75), 8) for f in (math.sinh, math.cosh, math.tanh)], [round(f(0.75), 8) for f in (math.asinh, math.atanh)], round(math.acosh(1.75), 8))
print([round(math.erf(x), 7) for x in (-1, 0, 0.5, 3)], [round(math.erfc(x), 7) for x in (-1, 0, 0.5, 2)])
phi = lambda z: 0.5 * (1 + math.erf(z / math.sqrt(2)))
print([f"{phi(z):.5f}" for z in (-1.96, 0, 1.645)], round(math.gamma(5.5), 6), math.gamma(6) == math.factorial(5), round(math.lgamma(100), 6))
print(math.pow(2, 0.5) == 2**0.5, round(math.cbrt(10), 9), math.pow(7, 0), math.fabs(-3), math.copysign(3, -0.0))
compound = 1000 * math.prod([1 + r / 100 for r in (3, -2, 5.5)])
print(f"{compound:.2f}", math.ceil(compound), math.floor(-compound), math.trunc(-compound), math.comb(49, 6), math.perm(5, 2), math.perm(5))
mantissa, exponent = math.frexp(compound)
print(mantissa, exponent, math.ldexp(mantissa, exponent) == compound, math.modf(-2.25), math.fmod(-7, 3), -7 % 3, math.remainder(-7, 3))
