def show(make):
    try:
        print(repr(make()))
    except Exception as error:
        print(type(error).__name__ + ":", error)


def near(value):
    return float("%.12g" % value)
for x in [0, 0.5, -1, 1, 3, 100]:
    print(x, [near(math.sin(x)), near(math.cos(x)), near(math.tan(x)), near(math.atan(x)), near(math.sinh(x)) if x < 50 else "", near(math.tanh(x)), near(math.asinh(x)), near(math.degrees(x)), near(math.radians(x)), near(math.erf(x)), near(math.erfc(x))])
print([near(math.asin(0.5)), near(math.acos(0.5)), near(math.atan2(1, -1)), near(math.acosh(2)), near(math.atanh(0.5)), near(math.cosh(1)), math.degrees(math.pi), near(math.gamma(5)), near(math.gamma(0.5)), near(math.lgamma(10)), math.tanh(1000)])
print(math.hypot(3, 4), math.hypot(), math.hypot(3, 4, 12), near(math.hypot(1e200, 1e200)), math.hypot(-5), math.dist((1, 2), (4, 6)), math.dist([0], [5]), math.dist([], []), math.hypot(float("inf"), float("nan")))
show(lambda: math.sin(float("inf")))
show(lambda: math.acos(2))
show(lambda: math.asin(-2))
show(lambda: math.acosh(0))
show(lambda: math.atanh(1))
show(lambda: math.cosh(1000))
show(lambda: math.sinh(1000))
show(lambda: math.gamma(0))
show(lambda: math.gamma(-1))
show(lambda: math.gamma(200))
show(lambda: math.gamma(float("-inf")))
show(lambda: math.lgamma(0))
show(lambda: math.lgamma(-1))
show(lambda: math.lgamma(float("-inf")))
show(lambda: math.dist([1], [1, 2]))
show(lambda: math.dist(1, 2))
show(lambda: math.hypot("a"))
show(lambda: math.dist(["a"], [1]))
show(lambda: math.sin("x"))
