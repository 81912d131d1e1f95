# Sorting by several keys, one of them descending.
from operator import itemgetter, attrgetter, neg, methodcaller
from functools import partial, cmp_to_key
Row = namedtuple("Row", "team points goals")
table = [Row("red", 6, 3), Row("blue", 6, 9), Row("green", 8, 1), Row("black", 6, 9)]
ranked = sorted(sorted(table, key=attrgetter("team")), key=attrgetter("points", "goals"), reverse=True)
print([row.team for row in ranked], sorted(table, key=itemgetter(2, 0))[0], max(table, key=itemgetter(1)).team)
print(sorted(table, key=lambda row: (neg(row.points), neg(row.goals), row.team)) == ranked, list(map(attrgetter("team"), ranked[:2])))
print(sorted(["b", "A", "c"], key=methodcaller("lower")), sorted([[2, 1], [1, 9]], key=itemgetter(0)), sorted({"x": 2, "y": 1}, key={"x": 2, "y": 1}.get))
by_length = partial(sorted, key=len)
print(by_length(["ccc", "a", "bb"]), by_length("ab cd e".split(), reverse=True), list(filter(partial(operator.lt, 2), [1, 2, 3])))
print(sorted(table, key=cmp_to_key(lambda a, b: b.points - a.points or a.goals - b.goals))[0], min(table, key=attrgetter("goals")).team)
print(dict(map(itemgetter(0, 1), table)), [*map(operator.mul, [1, 2], [3, 4])], operator.itemgetter("a", "b")({"a": 1, "b": 2, "c": 3}))
try:
    sorted(table, key=attrgetter("wins"))
except AttributeError as error:
    print(error)
try:
    sorted(table, key=itemgetter(7))
except IndexError as error:
    print(error)
