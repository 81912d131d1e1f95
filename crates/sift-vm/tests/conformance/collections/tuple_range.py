def show(make):
    try:
        print(repr(make()))
    except Exception as error:
        print(type(error).__name__ + ":", error)


t = (1, 2.0, "a", None, 1, (2,))
print(t.count(1), t.count("a"), t.count((2,)), t.index(2), t.index(1, 1), t.index(None, -4), t.index((2,)))
show(lambda: t.index("x"))
show(lambda: t.index(1, 1, 3))
show(lambda: ().index(0))
for r in [range(5), range(10, 0, -3), range(0), range(1, 10, 2), range(-5, 5)]:
    print(r, r.count(1), r.count(7), r.count("a"), r.count(1.0), r.count(True), list(r))
    for item in [1, 7, 4, -5, 1.0]:
        show(lambda: r.index(item))
show(lambda: range(3).index("a"))
show(lambda: range(3).index(2.5))
show(lambda: range(3).index(10**30))
show(lambda: range(10**15).index(10**14 + 7))
show(lambda: range(10**15).count(10**14 + 7))
def append(t): return t.append(3)
show(lambda: append((1, 2)))
