def show(make):
    try:
        print(repr(make()))
    except Exception as error:
        print(type(error).__name__ + ":", error)


def near(value):
    return float("%.12g" % value)
print([near(math.sqrt(2)), math.sqrt(16), math.sqrt(0), math.sqrt(float("inf")), near(math.exp(1)), math.exp(0), math.exp(float("-inf")), near(math.expm1(1e-5)), math.exp2(10), near(math.cbrt(27)), math.pow(2, 10), math.pow(2, -1), math.pow(float("nan"), 0), math.pow(1, float("nan")), math.pow(float("inf"), -1), math.pow(-1, float("inf")), math.pow(-8, 3)])
print([near(math.log(10)), near(math.log(8, 2)), math.log2(8), math.log10(1000), near(math.log1p(1e-5)), math.log(1), near(math.log(10**400)), math.log2(2**2000), near(math.log10(10**400)), math.log(float("inf")), near(math.log(10**400, 10)), math.log(True), near(math.log(0.1, 10))])
show(lambda: math.sqrt(-1))
show(lambda: math.sqrt("a"))
show(lambda: math.sqrt(10**400))
show(lambda: math.log(0))
show(lambda: math.log(-1))
show(lambda: math.log(-10**400))
show(lambda: math.log(10, 1))
show(lambda: math.log(10, 0))
show(lambda: math.log("a"))
show(lambda: math.log2(0))
show(lambda: math.log10(-1))
show(lambda: math.log1p(-1))
show(lambda: math.exp(1000))
show(lambda: math.expm1(1000))
show(lambda: math.exp2(2000))
show(lambda: math.pow(0, -1))
show(lambda: math.pow(-8, 1 / 3))
show(lambda: math.pow(10, 400))
show(lambda: math.pow("a", 2))
show(lambda: math.log(None))
show(lambda: math.sqrt(float("nan")))
