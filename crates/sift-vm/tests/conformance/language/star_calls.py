def report(title, *rows, sep=" | ", width=None, **extra):
    body = sep.join(map(str, rows))
    return f"{title}: {body[:width]}" + (f" {extra}" if extra else "")


print(report("a"), report("b", 1, 2), report("c", *[3, 4], 5, *"xy", sep="-"), report(*("d", 6), **{"width": 2, "sep": ";"}))
print(report("e", *range(4), **{"width": 5}, note="n"), report(title="f"), report("g", **dict(a=1, b=[2])))
first, *middle, last = "abcdef"
(p, q), *rest = [(1, 2), 3]
*start, end = (9,)
print(first, middle, last, p, q, rest, start, end, [*start, *middle], {**{"a": 1}, "a": 2}, (*"ab", *[1]))
head, (inner, *tail) = 1, (2, 3, 4)
for a, *b in [(1, 2, 3), "xy"]:
    print(a, b, head, inner, tail)


def f(a, /, b, *, c=3):
    return a, b, c


def show(call, *args, **kwargs):
    try:
        print(call(*args, **kwargs))
    except Exception as e:
        print(type(e).__name__, e)


show(f, 1, 2, c=4)
show(f, 1, b=2)
show(f, a=1, b=2)
show(f, 1, 2, 3)
show(f, 1)
show(f, 1, 2, d=1)
show(f, 1, 2, b=3)
show(f)
show(report)
show(lambda *, k: k)
show(lambda *, k: k, k=1)
show(lambda a, b=2, *c: (a, b, c), *range(5))
show(lambda: f(**[1]))
show(lambda: f(1, **{"b": 1}, **{"b": 2}))
show(lambda: f(*[1, 2], **{3: 4}))
try:
    a, b = [1, 2, 3]
except ValueError as e:
    print(e)
try:
    a, *b, c = [1]
except ValueError as e:
    print(e)
try:
    a, b = 5
except TypeError as e:
    print(e)
