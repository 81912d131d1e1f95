import math

ONE = [math.acos, math.acosh, math.asin, math.asinh, math.atan, math.atanh, math.cbrt, math.cos, math.cosh, math.degrees, math.erf, math.erfc, math.exp, math.exp2, math.expm1,
       math.fabs, math.frexp, math.gamma, math.isfinite, math.isinf, math.isnan, math.lgamma, math.log10, math.log1p, math.log2, math.modf, math.radians, math.sin, math.sinh,
       math.sqrt, math.tan, math.tanh, math.ulp, math.trunc, math.ceil, math.floor, math.factorial, math.isqrt]
for f in ONE:
    for arguments in ((None,), ("1",), (), (1, 2)):
        try:
            print(f.__name__, f(*arguments))
        except Exception as error:
            print(f.__name__, type(error).__name__, error)
TWO = [math.atan2, math.copysign, math.fmod, math.ldexp, math.nextafter, math.pow, math.remainder, math.comb, math.dist, math.isclose]
for f in TWO:
    for arguments in ((1,), (1, "2"), ([1], None), (1, 2, 3)):
        try:
            print(f.__name__, f(*arguments))
        except Exception as error:
            print(f.__name__, type(error).__name__, error)
