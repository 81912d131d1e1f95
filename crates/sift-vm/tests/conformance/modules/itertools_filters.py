# Selecting items: by selectors, by falsehood, and pairs of neighbours.
from itertools import compress, filterfalse, starmap, pairwise, zip_longest, tee
names = ["ann", "bob", "cy", "dee"]
print(list(compress(names, [1, 0, True, ""])), list(compress(names, [1])), list(filterfalse(None, [0, 1, "", "x", []])))
print(list(filterfalse(lambda n: n % 3, range(10))), list(starmap(pow, [(2, 5), (3, 2)])), list(starmap(max, [[1, 2], "ab"])))
steps = [3, 5, 4, 9]
print(list(pairwise(steps)), [after - before for before, after in pairwise(steps)], list(pairwise([1])), all(a < b for a, b in pairwise(steps)))
for left, right in zip_longest(["a", "b", "c"], [1, 2], fillvalue="?"):
    print(left, right)
print(list(zip_longest("ab", [], (9, 8, 7))), list(zip_longest()))
first, second = tee(n * n for n in range(4))
print(next(first), next(first), list(second), list(first), tee([1], 0))
one, two, three = tee("ab", 3)
print(list(one), list(two), list(three))
for wrong in (lambda: compress(1, [1]), lambda: filterfalse(None, 1), lambda: list(starmap(pow, [1])), lambda: pairwise(3), lambda: zip_longest([1], 2), lambda: tee(4), lambda: tee([1], -1)):
    try:
        wrong()
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
