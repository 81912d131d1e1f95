def show(make):
    try:
        print(repr(make()))
    except Exception as error:
        print(type(error).__name__ + ":", error)


items = [3, 1, 2]
print(items.append(4), items, items.extend([5, 6]), items, items.insert(1, "x"), items, items.insert(-1, "y"), items.insert(100, "end"), items.insert(-100, "start"), items)
print(items.pop(), items.pop(0), items.pop(-2), items, items.remove("x"), items, items.reverse(), items, items.copy() == items, items.copy() is items)
items.extend("ab"); items.extend((7, 8)); items.extend({9: 1}); items.extend(range(2)); items.extend(n * n for n in range(3)); items.extend(zip("a", [1])); items.extend(map(str, [1])); items.extend({"k": "v"}.items())
print(items)
items.clear(); print(items, len(items))
items.extend([1, 2]); items.extend(items); print(items)
show(lambda: [].pop())
show(lambda: [1].pop(1))
show(lambda: [1].pop(-2))
show(lambda: [1].pop("a"))
show(lambda: [1].pop(1.0))
show(lambda: [1].remove(2))
show(lambda: [1].insert("a", 1))
show(lambda: [1].extend(1))
show(lambda: [1].extend(None))
show(lambda: [1, 2].pop(10**30))
show(lambda: [1, 2].pop(True))
numbers = [1, 2.0, True, "1", None, [1], 1]
print(numbers.count(1), numbers.count("1"), numbers.count([1]), numbers.index(2), numbers.index([1]), numbers.index(1, 1), numbers.index(1, -1), numbers.index(None, 0, 5))
show(lambda: numbers.index(3))
show(lambda: numbers.index("x"))
show(lambda: numbers.index(1, 3, 5))
show(lambda: numbers.index(1, "a"))
show(lambda: numbers.index(2, -100, 100))
nan = float("nan")
print([nan].count(nan), [nan].index(nan), nan in [nan])
a = [1]; a.append(a); print(a, a.count(a), a.index(a))
