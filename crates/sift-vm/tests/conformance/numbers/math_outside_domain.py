import math

cases = {
    "acos": [(1.0001,), (-2,), (float("nan"),)], "acosh": [(0.99,), (float("inf"),)], "asin": [(-1.5,)], "atanh": [(1,), (-1.0,), (2,)], "cosh": [(1000,), (-711,)],
    "exp": [(710,), (-1000,), (float("-inf"),)], "exp2": [(1024,), (1023,)], "expm1": [(1000,)], "gamma": [(0,), (-3,), (172,), (float("-inf"),), (0.5,)],
    "lgamma": [(0,), (-2,), (1e306,)], "log": [(0,), (-1,), (2, 0), (2, 1), (10**400,), (10**400, 10), (-10**400,)], "log10": [(0,), (10**400,)], "log1p": [(-1,), (-2,)], "log2": [(0.0,), (2**5000,)],
    "sin": [(float("inf"),)], "cos": [(float("-inf"),)], "tan": [(float("inf"),)], "sqrt": [(-1e-300,), (-0.0,)], "sinh": [(-1000,)], "fmod": [(1, 0), (float("inf"), 2), (5, float("inf"))],
    "remainder": [(1, 0), (float("inf"), 2)], "pow": [(0, -1), (-8, 1 / 3), (1e200, 2), (float("nan"), 0), (-2.0, 3)], "ldexp": [(1, 2000), (1, -2000), (1.5, 10**30), (0.0, 10**30)],
    "factorial": [(-1,), (2.5,), (20,)], "comb": [(-1, 2), (3, -1), (3, 5)], "perm": [(-2, 1), (4, -1), (3, 4)], "isqrt": [(-1,), (10**40 + 1,)], "ceil": [(float("inf"),), (float("nan"),)],
    "trunc": [(float("-inf"),), (-2.7,)], "cbrt": [(-27,), (-0.0,)], "ulp": [(0.0,), (float("inf"),), (-1.0,)], "nextafter": [(0, 1), (1, 1)], "hypot": [("3", 4)], "dist": [([1], [1, 2])],
    "fabs": [(-10**400,)], "floor": [(10**400,)], "degrees": [(1e308,)],
}
for name, lists in cases.items():
    f = {"acos": math.acos, "acosh": math.acosh, "asin": math.asin, "atanh": math.atanh, "cosh": math.cosh, "exp": math.exp, "exp2": math.exp2, "expm1": math.expm1, "gamma": math.gamma,
         "lgamma": math.lgamma, "log": math.log, "log10": math.log10, "log1p": math.log1p, "log2": math.log2, "sin": math.sin, "cos": math.cos, "tan": math.tan, "sqrt": math.sqrt, "sinh": math.sinh,
         "fmod": math.fmod, "remainder": math.remainder, "pow": math.pow, "ldexp": math.ldexp, "factorial": math.factorial, "comb": math.comb, "perm": math.perm, "isqrt": math.isqrt,
         "ceil": math.ceil, "trunc": math.trunc, "cbrt": math.cbrt, "ulp": math.ulp, "nextafter": math.nextafter, "hypot": math.hypot, "dist": math.dist, "fabs": math.fabs, "floor": math.floor,
         "degrees": math.degrees}[name]
    for arguments in lists:
        try:
            result = f(*arguments)
            print(name, f"{result:.10g}" if type(result) is float else result)
        except Exception as error:
            print(name, type(error).__name__, error)
