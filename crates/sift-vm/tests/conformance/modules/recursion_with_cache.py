# Grammar of sums, partitions and a knapsack, all with cached calls.
from functools import lru_cache, cache, partial
from itertools import combinations
@cache
def partitions(total, largest):
    if total == 0:
        return ((),)
    return tuple((n, *rest) for n in range(min(total, largest), 0, -1) for rest in partitions(total - n, n))
print(partitions(5, 5), len(partitions(12, 12)), partitions.cache_info().hits > 10)
items = [(3, 4), (4, 5), (2, 3)]
@lru_cache(maxsize=None)
def best(at, room):
    if at == len(items):
        return 0
    weight, value = items[at]
    return max(best(at + 1, room), value + best(at + 1, room - weight) if weight <= room else 0)
print(best(0, 6), max(sum(v for _, v in chosen) for r in range(4) for chosen in combinations(items, r) if sum(w for w, _ in chosen) <= 6))
def outer():
    seen = []
    @lru_cache(maxsize=2)
    def inner(x, *, y=1):
        seen.append((x, y))
        return x + y
    return inner, seen
inner, seen = outer()
print([inner(1), inner(1, y=1), inner(1), inner(x=1), inner(2), inner(1)], seen, inner.cache_info(), inner.__name__)
later = partial(inner, y=5)
print(later(1), later(1), seen[-1], inner.cache_info().misses)
try:
    inner(1, 2)
except TypeError as error:
    print(error)
