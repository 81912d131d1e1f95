(a, b), c = (1, 2), 3
[d, [e, *f]] = [4, [5, 6, 7]]
print(a, b, c, d, e, f)
for index, (key, (low, high)) in enumerate([("x", (1, 2)), ("y", (3, 4))]):
    print(index, key, low, high)
x, y = 1, 2
x, y = y, x
print(x, y)
items = [0, 1, 2]
i = 0
i, items[i] = 2, "changed"
print(i, items)
first, *_ = {"k": 1, "l": 2}
print(first)
for bad in [lambda: [1], lambda: [1, 2, 3], lambda: 5, lambda: None]:
    try:
        p, q = bad()
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
try:
    p, *q, r = [1]
except ValueError as error:
    print(error)
m = n = []
m.append(1)
print(n, m is n)
