# Iterators yield their items once, and are their own iterators.
from itertools import chain, count, cycle, repeat, accumulate, islice, product, permutations, zip_longest, groupby, tee
once = chain([1, 2], [3])
print(list(once), list(once), next(once, "none"), iter(once) is once)
numbers = count(1)
print(next(numbers), [next(numbers) for _ in range(3)], list(zip(numbers, "ab")), next(numbers))
pairs = product("ab", "xy")
print(next(pairs), len(list(pairs)), sum(1 for _ in pairs))
shifts = cycle(["early", "late"])
print({day: next(shifts) for day in ("mon", "tue", "wed")}, next(shifts))
seen = (n * n for n in count())
rest = iter([1, 2, 3])
print(49 in seen, next(seen), 2 in rest, list(rest), 5 not in chain([1], [2]), 1 not in cycle([1]))
print(3 in count(1), 2 in chain([1], [2]), max(islice(count(), 5)), sorted(permutations([2, 1])), tuple(repeat(0, 3)), set(repeat(1, 3)), dict(zip_longest("ab", [1])))
print(*islice(cycle("ab"), 3), [*accumulate([1, 2])], "".join(chain("ab", "c")), sum(islice(count(1), 10)), all(repeat(0, 2)), any(chain([0], [3])))
first, *others = permutations("abc", 1)
(key, run), = groupby("aa")
print(first, others, key, list(run), list(zip(range(2), enumerate(cycle("z"), 5))))
print(list(map(lambda a, b: a + b, count(1), [10, 20])), list(filter(None, chain([0, 1], [2]))), list(reversed(list(islice(count(), 3)))), min(chain([3], [1])))
try:
    next(iter(repeat(1, 0)))
except StopIteration as stop:
    print("stop", stop.args)
try:
    len(chain([1]))
except TypeError as error:
    print(error)
try:
    count(1)[0]
except TypeError as error:
    print(error)
