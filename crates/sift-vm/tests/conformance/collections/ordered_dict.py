def show(make):
    try:
        print(repr(make()))
    except Exception as error:
        print(type(error).__name__ + ":", error)


d = OrderedDict([("a", 1), ("b", 2), ("c", 3)])
print(d, OrderedDict(), OrderedDict(x=1), OrderedDict({"k": "v"}), dict(d), len(d))
d.move_to_end("a"); print(d)
d.move_to_end("c", last=False); print(d)
d.move_to_end("c", False); print(list(d), list(reversed(d)))
print(d.popitem(), d.popitem(last=False), d, d.popitem(False), d)
show(lambda: d.popitem())
show(lambda: OrderedDict().popitem(last=False))
show(lambda: OrderedDict(a=1).move_to_end("z"))
show(lambda: OrderedDict(a=1).pop("z"))
def move_to_end(d): return d.move_to_end("z")
def popitem(d): return d.popitem(last=False)
show(lambda: move_to_end({}))
show(lambda: popitem({"a": 1}))
a, b = OrderedDict(x=1, y=2), OrderedDict(y=2, x=1)
print(a == b, a == dict(b), dict(a) == b, a == OrderedDict(x=1, y=2), a != b, type(a.copy()).__name__, type(a | b).__name__, a | {"z": 3}, {"z": 3} | a)
print(OrderedDict.fromkeys("abc", 0), type(OrderedDict.fromkeys("a")).__name__)
a["x"] = 10; a["new"] = 3; del a["y"]
print(a, list(a.items()), isinstance(a, dict), type(a))
cache = OrderedDict()
for key in ["a", "b", "a", "c", "d"]:
    if key in cache:
        cache.move_to_end(key)
    cache[key] = len(cache)
    if len(cache) > 2:
        print("out:", cache.popitem(last=False))
print(cache)
show(lambda: OrderedDict(1))
