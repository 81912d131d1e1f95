def attempt(f, *args):
    try:
        result = f(*args)
        print(sorted(result) if isinstance(result, (set, frozenset)) else result)
    except Exception as error:
        print(type(error).__name__, error)


base = {3, 1, 2}
for f in (base.union, base.intersection, base.difference, base.symmetric_difference, base.issubset, base.issuperset, base.isdisjoint, base.update, base.intersection_update, base.difference_update, base.symmetric_difference_update):
    attempt(f, 5)
    attempt(f, [[]])
    attempt(f)
    attempt(f, [1], [2])
    print("   ", sorted(base))
for operation in (lambda: base | [1], lambda: base & (1,), lambda: base - None, lambda: base ^ "a", lambda: base < [1], lambda: base <= {1, 2, 3, 4, 5}, lambda: {1} < {1}, lambda: frozenset([1]) | {2}, lambda: {[1]}, lambda: {1: 2} | 3, lambda: {1, 2} + {3}):
    attempt(operation)
attempt(base.add, [])
attempt(base.add)
attempt(base.remove, "x")
attempt(base.remove, [1])
attempt(base.discard, {})
attempt(base.discard, "none")
attempt(base.pop, 1)
attempt(set().pop)
attempt(base.copy, 1)
attempt(base.clear, 1)
attempt(frozenset([1]).union, [2], (3,))
attempt({frozenset([1]): "x"}.get, frozenset([1]))
attempt(frozenset, 1, 2)
