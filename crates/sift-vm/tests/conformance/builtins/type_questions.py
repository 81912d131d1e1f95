values = [None, True, 1, 1.5, "s", [1], (1,), {"a": 1}, {1}, frozenset([1]), range(2), len, lambda: 0, ValueError("x"), int, Counter()]
for value in values:
    print(type(value).__name__, isinstance(value, (int, str)), isinstance(value, dict), callable(value))
print(type(5) is int, type("x") == str, type([]) in (list, tuple), type(None).__name__, type(type(1)).__name__)
print(isinstance(True, int), isinstance(1.0, int), isinstance("x", (list, (str, dict))), isinstance([], object), issubclass(bool, int), issubclass(int, (str, float)))
print(int, str, list, dict, type(1), type(""), [type(v) for v in (1, "a", None)], {int: "number", str: "text"}[type("x")])
for f in [lambda: isinstance(1, 5), lambda: issubclass(1, int), lambda: isinstance(1, "int")]:
    try:
        print(f())
    except TypeError as error:
        print(error)
print(str(type(1)), f"{type('x')}", repr(type([])), int.__name__, type(3.5).__name__)
