def show(make):
    try:
        print(repr(make()))
    except Exception as error:
        print(type(error).__name__ + ":", error)


d = {"a": 1, "b": 2}
keys, values, items = d.keys(), d.values(), d.items()
d["c"] = 3
print(keys, values, items, len(keys), len(values), len(items))
print("a" in keys, 3 in values, ("a", 1) in items, ("a", 2) in items, "z" not in keys)
print(keys & {"a", "z"}, sorted(keys | {"z"}), sorted(keys - {"a"}), sorted(keys ^ {"a", "z"}), items & {("a", 1)})
print(keys == {"a", "b", "c"}, keys == d.keys(), items == d.items(), values == d.values(), keys <= {"a", "b", "c", "d"}, keys.isdisjoint({"q"}))
print(sorted(d.items(), key=lambda pair: -pair[1]), max(d, key=d.get), {v: k for k, v in d.items()}, sum(d.values()), list(zip(d, d.values())))
first, *rest = d.items()
print(first, rest)
show(lambda: d.keys()[0])
show(lambda: d.items().sort())
