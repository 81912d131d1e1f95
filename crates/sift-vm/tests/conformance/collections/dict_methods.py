def show(make):
    try:
        print(repr(make()))
    except Exception as error:
        print(type(error).__name__ + ":", error)


d = {"a": 1, "b": 2}
print(d.get("a"), d.get("z"), d.get("z", 0), d.keys(), d.values(), d.items(), list(d.keys()), dict(d.items()) == d)
print(d.setdefault("a", 9), d.setdefault("c"), d.setdefault("d", []), d)
print(d.pop("c"), d.pop("zz", "default"), d.pop("zz", None), d.popitem(), d)
d.update({"b": 3, "e": 4}); d.update([("f", 5), ["g", 6]]); d.update(h=7, a=0); d.update({}, i=8); d.update(); d.update(zip("jk", [9, 10])); d.update((k, k) for k in "xy")
print(d)
print(d.copy(), d.copy() is d, d.clear(), d)
show(lambda: {}.pop("a"))
show(lambda: {}.pop(1))
show(lambda: {}.popitem())
show(lambda: {}.get([]))
show(lambda: {}.setdefault({}, 1))
show(lambda: {}.pop([]))
show(lambda: {}.update(1))
show(lambda: {}.update([1]))
show(lambda: {}.update(["ab", "cd"]))
show(lambda: {}.update([(1, 2, 3)]))
show(lambda: {}.update(["abc"]))
show(lambda: {}.update([([], 1)]))
show(lambda: {}.update(None))
print(dict.fromkeys("aba"), dict.fromkeys([1, 2], 0), dict.fromkeys(range(2), []), dict.fromkeys(()), {}.fromkeys("x", 1))
show(lambda: dict.fromkeys(1))
show(lambda: dict.fromkeys([[]]))
shared = dict.fromkeys("ab", [])
shared["a"].append(1)
print(shared)
d = {1: "a", 1.0: "b", True: "c", 0: "d"}
print(d, d.get(1), d.pop(True), d)
d = {n: n for n in range(10)}
for n in range(9, -1, -2):
    d.pop(n)
print(d, d.popitem(), list(reversed(d)), list(reversed(d.items())))
def grow():
    for key in d:
        d[str(key)] = 1
show(grow)
def shrink():
    for key in d:
        d.pop(key)
show(shrink)
