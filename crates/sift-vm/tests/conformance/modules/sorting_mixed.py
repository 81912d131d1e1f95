# Stable sorts with keys from the library.
from operator import itemgetter, attrgetter
from functools import cmp_to_key
rows = [("b", 2), ("a", 2), ("c", 1), ("a", 1)]
print(sorted(rows, key=itemgetter(1)), sorted(rows, key=itemgetter(1), reverse=True), sorted(rows, key=itemgetter(1, 0)))
rows.sort(key=itemgetter(0))
print(rows, min(rows, key=itemgetter(1)), max(rows, key=itemgetter(1)), heapq.nlargest(2, rows, key=itemgetter(1)), heapq.nsmallest(2, rows, key=itemgetter(1)))
print([list(run) for _, run in groupby(rows, key=itemgetter(0))], dict(map(reversed, rows)), list(zip(*rows)))
Named = namedtuple("Named", "name size")
named = [Named(*row) for row in rows]
print(sorted(named, key=attrgetter("size", "name"))[0], sorted(named, reverse=True)[0].name, sorted(named, key=lambda n: (-n.size, n.name))[0])
print(sorted([[1, 2], [1], []]), sorted({"b": 1, "a": 2}.items()), sorted("bca", key=str.upper), sorted([True, 0, 0.5]), sorted([(1, "b"), (1, "a")], key=lambda p: p[0]))
print(sorted([3, 1, 2], key=cmp_to_key(lambda a, b: b - a)), sorted(["10", "9"], key=int), sorted([-3, 2], key=abs), list(map(operator.methodcaller("count", "a"), ["aa", "b"])))
try:
    sorted(rows + [(None, 1)])
except TypeError as error:
    print(error)
try:
    sorted(rows, key=itemgetter("size"))
except TypeError as error:
    print(error)
