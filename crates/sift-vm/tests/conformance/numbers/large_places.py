large = 10 ** 30
print(list(enumerate("ab", large)), next(enumerate("ab", -large)), dict(enumerate("ab", 2 ** 63 - 1)))
print(list(enumerate((n for n in "ab"), start=large)), type(enumerate("a", large)).__name__)
for start in (1.5, "1", None):
    try:
        print(list(enumerate("ab", start)))
    except TypeError as error:
        print(error)
for parts in (
    (None, large), (None, -5), (1, 2), (-large, large), (None, None, -large), (large, None, -1), (-3, -large, -2), (5, 1, large), (-large, None, 1),
):
    picked = slice(*parts)
    print(picked, [picked.indices(length) for length in (0, 5, 10 ** 18 + 5, 2 ** 63, large)])
for parts, length in (((1,), -large), ((None, None, 0), large), (("a",), large), ((large, 1.5), 5), ((1,), 1.0), ((1,), -1)):
    try:
        print(slice(*parts).indices(length))
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
print("abcdef"[-large:large], [1, 2, 3][::large], (1, 2, 3)[large::-1], "abc"[large:])
queue = deque([1, 2, 3])
for steps in (large, -large, 2 ** 63, 2 ** 63 - 1, -2 ** 63):
    try:
        queue.rotate(steps)
        print(queue)
    except OverflowError as error:
        print(error)
print(list(itertools.islice(itertools.count(large, large), 2)), large in [large], [large].index(10 ** 30), divmod(large, 7))
