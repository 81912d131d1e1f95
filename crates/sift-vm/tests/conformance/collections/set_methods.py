def show(make):
    try:
        print(repr(make()))
    except Exception as error:
        print(type(error).__name__ + ":", error)


s = {3, 1, 2}
print(s.add(4), s.add(1), sorted(s), s.discard(4), s.discard(99), sorted(s), s.remove(3), sorted(s), len(s), s.copy() == s, s.copy() is s)
print(sorted(s.update([5, 6], (7,), {8: 1}) or s), sorted({1, 2}.union([2, 3], "4" and [4])), {1}.union(), sorted({1, 2, 3}.intersection([2, 3, 4], [3])), {1, 2}.intersection(), sorted({1, 2, 3}.difference([1], [2])), {1}.difference(), sorted({1, 2}.symmetric_difference([2, 3])))
s = {1, 2, 3, 4}
s.intersection_update([2, 3, 4], [3, 4]); print(sorted(s)); s.difference_update([3]); print(s); s.symmetric_difference_update([4, 5]); print(s); s.update(); s.update("ab"); print(sorted(map(str, s))); s.clear(); print(s)
print({1}.issubset([1, 2]), {1}.issubset([]), {1, 2}.issuperset([1]), {1}.issuperset([1, 2]), {1}.isdisjoint([2]), {1}.isdisjoint((1,)), set().issubset({}), {1}.issubset({1: "x"}))
print({1} | {2}, {1, 2} & {2}, {1, 2} - {2}, {1, 2} ^ {2, 3}, {1} <= {1}, {1} < {1}, {1, 2} > {1}, {1} == frozenset([1]), {1, 2} >= {3})
print(set("aab") == {"a", "b"}, set(), frozenset(), frozenset([1]), type(frozenset([1]).union([2])).__name__, frozenset([1]).union([2]) == {1, 2}, frozenset([1, 2]) & {1}, type(frozenset([1]) | {2}).__name__, type({1} | frozenset([2])).__name__, frozenset([1]).copy(), {frozenset([1]): "x"}[frozenset([1])])
print({5}.pop(), {True, 1, 1.0}, {(1, 2)}, {n % 3 for n in range(10)}, len({"", None, 0, False}))
show(lambda: {1}.remove(2))
show(lambda: {1}.remove("x"))
show(lambda: set().pop())
show(lambda: {1}.add([]))
show(lambda: {1}.remove([]))
show(lambda: {1}.discard({}))
show(lambda: {1}.union(1))
show(lambda: {1}.union([[]]))
show(lambda: {1}.update(1))
show(lambda: {1}.update(None))
show(lambda: {1}.issubset(1))
show(lambda: {1}.isdisjoint(None))
show(lambda: {1}.intersection(5))
show(lambda: {1} | [2])
show(lambda: {1} - [2])
show(lambda: frozenset([1]).add(2))
show(lambda: set(1))
show(lambda: {1}[0])
show(lambda: sorted({1}.union(n for n in range(3))))
show(lambda: {1, 2}.difference(n for n in range(2)))
show(lambda: sorted({1}.union(map(int, "23"))))
show(lambda: {frozenset([1])} == {frozenset([1])})
a = {1}; b = a; a |= {2}; a -= {1}; a ^= {3}; a &= {3}; print(a, a is b)
