import re

log = ["id=7 ok", "bad", "id=12 fail", "id=x", "id=3 ok"]
hits = [(int(m[1]), m[2]) for line in log if (m := re.match(r"id=(\d+) (\w+)", line))]
print(hits, m)
first, *middle, last = sorted(hits)
(a, b), [c, *d] = first, last
print(first, middle, last, a, b, c, d)
data = list(range(10))
while (n := len(data)) > 3:
    data = data[n // 3:]
print(data, n, (total := sum(data)) * 2, total)


def show(first, /, second=2, *rest, key="k", **others):
    return f"{first}|{second}|{rest}|{key}|{others}"


print(show(1), show(1, *[5, 6, 7], key=0), show(*"ab", **{"key": "z", "x": 1}), show(1, first=9), sep="\n")
for call in (lambda: show(), lambda: show(1, 2, second=3), lambda: show(**{"second": 1})):
    try:
        print(call())
    except TypeError as error:
        print(error)
merged = {**{"a": 1, "b": 2}, "b": 3, **{"c": 4}}
print(merged, [*range(3), *"xy"], {*[1, 2], 2}, (*(), 1), dict(**merged, d=5))
matrix = [[1, 2, 3], [4, 5, 6]]
print([*zip(*matrix)], [row[::-1] for row in matrix[::-1]], [y for row in matrix for y in row if y % 2], {k: v for k, *v in matrix})
print(1 < 2 < 3 < 2, 1 < (x := 5) > 3, x, 0 <= x <= 5 != 6, "a" in "abc" in ["abc"], not 1 == 2 == False)
text = "abcdefghij"
print(text[::2], text[::-3], text[-3:], text[8:2:-2], text[100:], text[:-100], text[-1:0:-4], text[slice(None, None, 5)])
for i, (name, (low, high)) in enumerate({"x": (1, 2), "y": (3, 4)}.items(), start=1):
    print(i, name, low + high, end="; ")
print()
values = [3, 1, 2]
values[1:2] = [9, 8, 7]
values[::2] = "abc"
del values[-1], values[0]
print(values)
try:
    values[::2] = [1, 2, 3]
except ValueError as error:
    print(error)
