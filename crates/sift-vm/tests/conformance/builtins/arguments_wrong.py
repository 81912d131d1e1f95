def attempt(name, f, *args, **kwargs):
    try:
        print(name, repr(f(*args, **kwargs)))
    except Exception as error:
        print(name, type(error).__name__, error)


calls = {"len": (len, [(5,), (), ("a", "b")]), "next": (next, [(5,), ([],), (iter([]),), ()]), "iter": (iter, [(5,), ()]), "map": (map, [(len,), ()]), "max": (max, [(5,), ([],), (1, "a"), ()]), "min": (min, [(), ([],), ("a", 1)]),
         "ord": (ord, [("ab",), (5,), ()]), "oct": (oct, [("8",), (8.0,)]), "pow": (pow, [(2,), ("a", 2), (2, -1, 4), (2, 3, 0), (2.0, 3, 5)]), "repr": (repr, [(), (1, 2)]), "round": (round, [(), ("a",)]),
         "sorted": (sorted, [(5,), ([1, "a"],), (), ([1], None)]), "sum": (sum, [(["a"],), (["a"], ""), (5,), ()]), "tuple": (tuple, [(5,), ([1], [2])]), "zip": (zip, [(5,)]), "reversed": (reversed, [(5,), ({1, 2},), ()]),
         "range": (range, [(), ("5",), (1.5,), (1, 2, 0), (1, 2, 3, 4)]), "set": (set, [(5,), ([[]],), (1, 2)]), "list": (list, [(5,), (1, 2)]), "slice": (slice, [(), (1, 2, 3, 4)]), "int": (int, [("x",), (None,), ("1", 99), (1.5, 10)])}
for name, (f, argument_lists) in calls.items():
    for arguments in argument_lists:
        attempt(name, f, *arguments)
attempt("max", max, [1], keys=len)
attempt("max", max, [], default="none")
attempt("max", max, 1, 2, default=3)
attempt("sorted", sorted, [2, 1], key=5)
attempt("sorted", sorted, [2, 1], reverse="x")
attempt("print", print, 1, sep=5)
attempt("print", print, 1, end=None)
attempt("print", print, 1, stop="x")
attempt("int", int, "10", base=2)
attempt("int", int, x="10")
attempt("list", list, iterable=[1])
attempt("sum", sum, [1, 2], start=10)
attempt("round", round, number=2.567, ndigits=1)
attempt("enumerate", lambda *a, **k: list(enumerate(*a, **k)), "ab", start="x")
