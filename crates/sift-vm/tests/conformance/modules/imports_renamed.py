# The same modules under other names.
import itertools as it, functools as ft, operator as op
import heapq as hq
from bisect import bisect_left as find, insort as put
from collections import namedtuple as record, ChainMap, Counter as Count
from string import ascii_uppercase as letters, punctuation
from functools import partial as some, reduce as fold
print(list(it.islice(it.count(3), 2)), fold(op.mul, [2, 3, 4]), hq.nlargest(1, [1, 7]), find([1, 5], 3), letters[:3], len(punctuation))
row = record("row", "a b")(1, 2)
values = [1, 9]
put(values, 4)
print(row, row.a, values, ChainMap({}, {"x": 1})["x"], Count("aab").most_common(1), some(max, 5)(3), ft.reduce is fold, list(it.chain.from_iterable([[1]])))
def inner():
    from itertools import pairwise
    import operator
    return [operator.sub(b, a) for a, b in pairwise([1, 4, 9])]
print(inner(), sorted([it.repeat, it.cycle], key=lambda f: f.__name__), op.itemgetter.__name__, hq.heappush.__name__)
try:
    it.batch
except AttributeError as error:
    print(error)
