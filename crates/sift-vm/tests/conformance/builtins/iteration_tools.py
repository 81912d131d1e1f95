print(list(enumerate("ab")), list(enumerate("ab", 5)), list(enumerate([], 1)), dict(enumerate("xy")))
print(list(zip([1, 2, 3], "ab")), list(zip()), list(zip([1])), dict(zip("ab", [1, 2])), list(zip(*[(1, "a"), (2, "b")])))
print(list(reversed([1, 2, 3])), "".join(reversed("abc")), list(reversed(range(3))), list(reversed({"a": 1, "b": 2})), list(reversed((1,))))
print(list(map(str, [1, 2])), list(map(lambda a, b: a * b, [1, 2, 3], [4, 5])), list(filter(None, [0, 1, "", "a", None])), list(filter(str.isdigit, "a1b2")))
print(list(range(5)), list(range(2, 8, 3)), list(range(5, 0, -2)), list(range(0)), len(range(10**12)), 7 in range(1, 10, 3), range(3) == range(0, 3), range(5)[-1])
it = iter([1, 2, 3])
print(next(it), list(it), next(it, "end"))
for f in [lambda: next(iter([])), lambda: iter(5), lambda: next([1]), lambda: reversed({1}), lambda: reversed(5), lambda: range(1.5), lambda: range(1, 2, 0), lambda: list(map(5, [1])), lambda: list(zip([1], [1, 2], strict=True)), lambda: len(5), lambda: len(x for x in []), lambda: list(5), lambda: enumerate([], "a")]:
    try:
        print(f())
    except Exception as error:
        print(type(error).__name__, error)
z = zip("abc", range(3))
print(next(z), list(z), list(z))
