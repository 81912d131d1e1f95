def show(make):
    try:
        print(repr(make()))
    except Exception as error:
        print(type(error).__name__ + ":", error)


values = [0, 1.5, -1.5, 2.5, -0.5, 1e300, 2**70, -(2**70), True, 0.1]
for value in values:
    print(value, math.floor(value), math.ceil(value), math.trunc(value), math.fabs(value))
show(lambda: math.floor(float("inf")))
show(lambda: math.ceil(float("nan")))
show(lambda: math.trunc(float("-inf")))
show(lambda: math.floor("a"))
show(lambda: math.ceil(None))
show(lambda: math.trunc("a"))
show(lambda: math.fabs("a"))
print(math.copysign(1, -0.0), math.copysign(-3, 2), math.fmod(7, 3), math.fmod(-7, 3), math.fmod(7, -3), math.modf(3.7), math.modf(-3.25), math.modf(0), math.modf(float("inf")), math.modf(float("-inf")))
print(math.frexp(8), math.frexp(0), math.frexp(-3.5), math.frexp(5e-324), math.frexp(float("inf")), math.ldexp(0.5, 4), math.ldexp(1, -5000), math.ldexp(3, 0), math.ldexp(1, -1074), math.ldexp(0, 10**30), math.ldexp(1, -10**30))
show(lambda: math.fmod(1, 0))
show(lambda: math.fmod(float("inf"), 1))
show(lambda: math.ldexp(1, 5000))
show(lambda: math.ldexp(1, 2.0))
show(lambda: math.ldexp(1, 10**30))
show(lambda: math.remainder(5, 3))
show(lambda: math.remainder(-5, 3))
show(lambda: math.remainder(5, 0))
show(lambda: math.remainder(float("inf"), 1))
show(lambda: math.remainder(1, float("inf")))
show(lambda: [math.nextafter(1, 2), math.nextafter(1, 0), math.nextafter(0, 1), math.nextafter(1, 1)])
show(lambda: [math.ulp(1), math.ulp(0), math.ulp(-1e300), math.ulp(float("inf"))])
print(math.pi, math.e, math.tau, math.inf, math.nan, -math.inf)
