import math

values = [0.0, -0.0, 1.0, 1e308, 5e-324, -2.5, float("inf"), float("-inf"), float("nan"), 2**53]
for v in values:
    print(f"{v!r:>24} {math.isfinite(v)!s:>5} {math.isinf(v)!s:>5} {math.isnan(v)!s:>5} {math.ulp(v)!r:>22} {math.nextafter(v, math.inf)!r}")
print(math.nextafter(1.0, 0.0), math.nextafter(-0.0, 1), math.nextafter(math.inf, 0), math.copysign(1, -math.nan) in (1.0, -1.0))
pairs = [(0.1 + 0.2, 0.3), (1e-12, 0), (1e9, 1e9 + 1), (math.inf, math.inf), (math.nan, math.nan), (1, 1.1)]
for a, b in pairs:
    print(a, b, math.isclose(a, b), math.isclose(a, b, abs_tol=1e-9), math.isclose(a, b, rel_tol=0.2), a == b)
for tolerances in ({"rel_tol": -1}, {"abs_tol": -0.5}, {"rel_tol": "x"}):
    try:
        print(math.isclose(1, 2, **tolerances))
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
print(sum([0.1] * 10), math.fsum([0.1] * 10), math.fsum([1e100, 1, -1e100]), sum([1e100, 1, -1e100]))
print([math.frexp(v) for v in (0.0, -8, 0.1)], [math.modf(v) for v in (3.75, -0.5)], math.modf(math.inf))
print(math.trunc(2.9), math.trunc(-2.9), math.trunc(True), math.floor(-0.5), math.ceil(-0.5), round(-0.5), math.copysign(0, -1))
