sales = {"mon": [3, 4], "tue": [], "wed": [0, 0], "thu": [5]}
print({day: (any(of), all(of), sum(of), sum(of, 100)) for day, of in sales.items()})
print(sum([[1], [2, 3]], []), sum((t for t in [(1,), (2,)]), ()), sum([0.1] * 10), sum([True, False, True]), sum(map(sum, sales.values())))
print(max(sales, key=lambda d: sum(sales[d])), min(sales, key=lambda d: (len(sales[d]), d)), max([], default="-"), min("hello"), max(3, 7.0, 7))
print(max([(1, "b"), (1, "a")]), max("abc", "abd", key=len), min([2, 1], [2]), max({"x": 1, "y": 0}), min([3, 1, 2], key=lambda n: -n))
seen = []
print(any(seen.append(n) or n > 1 for n in range(5)), seen, all(n < 2 for n in range(5)))


def show(call, *args, **kwargs):
    try:
        print(call(*args, **kwargs))
    except Exception as e:
        print(type(e).__name__, e)


show(sum, ["a", "b"])
show(sum, ["a"], "")
show(sum, 5)
show(sum, [1, None])
show(sum)
show(sum, [1], start=2)
show(max)
show(max, [])
show(max, 5)
show(max, [1, "a"])
show(min, 1, 2, default=3)
show(max, [1], key=1)
show(min, (), default=None)
show(any, 5)
show(all, None)
show(any)
show(max, [1], kee=len)
