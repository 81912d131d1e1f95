rows = [("b", 2, None), ("a", 2, 1.5), ("C", 1, float("inf")), ("a", 10, -0.0), ("ä", 1, 0.0)]
print(sorted(rows, key=lambda r: (r[0].lower(), -r[1])))
print(sorted(rows, key=lambda r: (r[2] is None, r[2]), reverse=True))
print([r[0] for r in sorted(rows, key=lambda r: r[1])], [r[0] for r in sorted(rows, key=lambda r: r[1], reverse=True)])
print(sorted("Zebra apple Öl öl zoo".split()), sorted("Zebra apple Öl öl zoo".split(), key=str.casefold))
print(sorted([True, 0, 0.5, -1, 1]), sorted({3: "x", 1: "y"}), sorted("hello", reverse=True)[:3], sorted(range(3), key=lambda n: n % 2))
print(sorted([[2], [1, 5], [1]]), sorted([(1, "b"), (1, "a")]), sorted([{1, 2}, {1}], key=len), sorted([]))
for wrong in ([1, "a"], [None, 1], [(1, None), (1, 2)], [{}, {}], [len, print], 5):
    try:
        print(sorted(wrong))
    except TypeError as e:
        print(e)
for arguments in ({"key": 5}, {"reverse": "x"}, {"cmp": None}):
    try:
        print(sorted([2, 1], **arguments))
    except TypeError as e:
        print(e)
try:
    sorted([1, 2, 0], key=lambda n: 1 // n)
except ZeroDivisionError as e:
    print(e)
