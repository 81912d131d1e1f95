def attempt(f, *args):
    try:
        print(f(*args))
    except Exception as error:
        print(type(error).__name__, error)


s = {1, 2}
for f in [s.clear, s.copy, s.pop]:
    attempt(f, 1)
for f in [s.union, s.intersection, s.difference, s.symmetric_difference, s.issubset, s.issuperset, s.isdisjoint, s.update, s.intersection_update, s.difference_update, s.symmetric_difference_update]:
    attempt(f, 5)
    attempt(f, [[]])
for f in [s.add, s.remove, s.discard]:
    attempt(f)
    attempt(f, [])
    attempt(f, 99)
attempt(set().pop)
attempt(lambda: {1} | [2])
attempt(lambda: {1} < [2])
attempt(lambda: {[1]})
attempt(lambda: {1}[0])
attempt(frozenset([1]).union, [2])
attempt(frozenset, 5)
attempt(lambda: frozenset([1]).add(2))
print(len(s), sorted(s))
