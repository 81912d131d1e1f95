def attempt(f, *args, **kwargs):
    try:
        print(f(*args, **kwargs))
    except Exception as error:
        print(type(error).__name__, error)


items = [3, 1, 2]
for f in [items.clear, items.copy, items.reverse]:
    attempt(f, 1)
attempt(items.append)
attempt(items.append, 1, 2)
attempt(items.extend, 5)
attempt(items.extend)
attempt(items.insert, 1)
attempt(items.insert, "a", 1)
attempt(items.remove, 99)
attempt(items.remove)
attempt(items.pop, 99)
attempt(items.pop, "a")
attempt([].pop)
attempt(items.index, 99)
attempt(items.index, 3, 1)
attempt(items.index)
attempt(items.count)
attempt(items.count, 3)
attempt(items.sort, key=5)
attempt(items.sort, bad=1)
attempt(items.sort, 5)
attempt([1, "a"].sort)
attempt((1, 2).index, 5)
attempt((1, 2).count)
attempt((1, 2).count, 2)
attempt(range(5).index, 9)
attempt(range(5).index)
attempt(range(5).count, 2)
attempt(range(5).count)
print(items)
