def show(make):
    try:
        print(repr(make()))
    except Exception as error:
        print(type(error).__name__ + ":", error)


def sorted_by(items, **options):
    items = list(items)
    print(items.sort(**options), items)
sorted_by([3, 1, 2])
sorted_by([3, 1, 2], reverse=True)
sorted_by(["b", "A", "c"], key=str.lower)
sorted_by(["bb", "a", "cc", "d"], key=len)
sorted_by(["bb", "a", "cc", "d"], key=len, reverse=True)
sorted_by([(1, "b"), (1, "a"), (0, "z")])
sorted_by([{"n": 2}, {"n": 1}], key=lambda item: item["n"])
sorted_by([1.5, 1, True, False, -2])
sorted_by([[2], [1, 5], []])
sorted_by(["é", "e", "z", "E", "😀"])
sorted_by(range(10), key=lambda n: (n % 3, -n))
sorted_by([3, 1, 2], key=None, reverse=0)
sorted_by([3, 1, 2], reverse=1)
show(lambda: [1, "a"].sort())
show(lambda: [None, 1].sort())
show(lambda: [{}, {}].sort())
show(lambda: [1].sort(key=1))
show(lambda: ["a", 1].sort(key=len))
show(lambda: [1, 2].sort(reverse="x"))
items = [2, "a", 1]
try:
    items.sort()
except TypeError as error:
    print(error, len(items))
big = [(n * 7919) % 10007 for n in range(10007)]
big.sort()
print(big == list(range(10007)))
