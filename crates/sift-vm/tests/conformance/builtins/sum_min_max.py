print(sum([]), sum([1, 2.5]), sum([[1], [2]], []), sum(range(101)), sum([True, True]), sum([0.1] * 10), sum([1], start=10), sum({1: "a", 2: "b"}))
print(min(3, 1, 2), max([3, 1, 2]), min("b", "a"), max("hello"), min([[2], [1, 5]]), max({"a": 1, "b": 0}))
print(min([], default="none"), max([], default=None), min(["bb", "a"], key=len), max(3, -7, key=abs), max([("a", 1), ("b", 1)], key=lambda t: t[1]))
print(min(1, 1.0), max(1, True), min(0.0, -0.0), max([float("nan"), 1]), max([1, float("nan")]))
words = "the quick brown fox jumps over the lazy dog".split()
print(max(words, key=len), min(words, key=lambda w: (len(w), w)), max(words, key=words.count), max(sorted(set(words)), key=words.count))


def attempt(f):
    try:
        print(f())
    except Exception as error:
        print(type(error).__name__, error)


for f in [lambda: sum(["a", "b"]), lambda: sum([1, "a"]), lambda: sum(5), lambda: sum(["a"], ""), lambda: min([]), lambda: max(), lambda: max(5), lambda: min([1, "a"]), lambda: max(1, 2, default=3), lambda: min([1], key=5), lambda: max({}), lambda: min(None, 1)]:
    attempt(f)
