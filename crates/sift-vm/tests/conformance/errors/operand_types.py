pairs = [(1, "a"), ("a", 1), ([1], (2,)), ({}, {}), (None, 1), ({1}, [1]), (1.5, "x"), ("x", None), ([1], "x")]
for left, right in pairs:
    for name, op in [("+", lambda a, b: a + b), ("-", lambda a, b: a - b), ("*", lambda a, b: a * b), ("%", lambda a, b: a % b), ("<", lambda a, b: a < b)]:
        try:
            print(left, name, right, "=", op(left, right))
        except TypeError as error:
            print(error)
for value in ["a", None, [1], {}]:
    for name, op in [("-", lambda a: -a), ("~", lambda a: ~a), ("+", lambda a: +a), ("abs", abs)]:
        try:
            print(op(value))
        except TypeError as error:
            print(error)
