teams = [frozenset({"ann", "ben"}), frozenset({"cyd"}), frozenset({"ben", "ann"}), frozenset()]
counts = {}
for team in teams:
    counts[team] = counts.get(team, 0) + 1
for team, n in sorted(counts.items(), key=lambda pair: sorted(pair[0])):
    print(sorted(team), n)
a, b = teams[0], {"ben", "cyd"}
print(sorted(a | b), sorted(a & b), sorted(a - b), sorted(b - a), sorted(a ^ b), type(a | b).__name__, type(b | a).__name__)
print(a == {"ann", "ben"}, a <= a, a < a, a.issubset(["ann", "ben", "x"]), b.issuperset("ben".split()), a.isdisjoint({"cyd"}))
print(len({a, teams[2]}), a in {frozenset(["ben", "ann"])}, {"ann", "ben"} in [a], frozenset("aab") == set("ab"), frozenset([1]).union([2], (3,)))
print(repr(frozenset()), repr(frozenset([5])), repr(set()), frozenset([1.0, 1, True]), a.copy() is a)


def show(call, *args):
    try:
        print(call(*args))
    except Exception as e:
        print(type(e).__name__, e)


show(lambda: a.add("x"))
show(lambda: a | ["x"])
show(lambda: a < 5)
show(frozenset, 5)
show(frozenset, [[1]])
show(frozenset, 1, 2)
show(a.union, 5)
show(a.difference, [[]])
show(a.intersection, [1], None)
show(a.issubset)
show(a.symmetric_difference, 1, 2)
show(a.isdisjoint, 7)
show(a.copy, 1)
show(lambda: {a, {1}})
