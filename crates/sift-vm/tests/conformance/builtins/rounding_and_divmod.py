for x in (0.5, 1.5, 2.5, -0.5, 2.675, 1e16, -1234.5678, 0.1 + 0.2):
    print(x, round(x), round(x, 1), round(x, 2), round(x, -2), type(round(x)).__name__)
print(round(1234, -2), round(1250, -2), round(1350, -2), round(-15, -1), round(7, 3), round(5, -1), round(True), round(15, -1))
for a, b in [(7, 3), (-7, 3), (7, -3), (7.5, 2), (-7.5, 2), (1e10, 3), (5, 0.1), (-1, 1e20)]:
    print(a, b, divmod(a, b), a // b, a % b, a / b)
print(pow(2, 10), pow(2, -1), pow(2, 100, 7), pow(3, -1, 7), pow(2.5, 2), pow(0, 0), pow(-2, 3), pow(-8, 2, 5), abs(-2.5), abs(-0.0))


def show(call, *args):
    try:
        print(call(*args))
    except Exception as e:
        print(type(e).__name__, e)


show(divmod, 1, 0)
show(divmod, 1.5, 0)
show(divmod, "a", 2)
show(round, "2.5")
show(round, 2.5, "1")
show(round, float("nan"))
show(round, float("inf"))
show(round, float("inf"), 2)
show(pow, 2, -1, 4)
show(pow, 0, -1)
show(pow, 2, 3, 0)
show(pow, 2.0, 3, 5)
show(abs, "x")
show(pow, "a", 2)
show(pow, 10.0, 400)
