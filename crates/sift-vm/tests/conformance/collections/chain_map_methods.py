from collections import ChainMap

defaults = {"colour": "red", "user": "guest", "depth": 3}
options = ChainMap({}, {"user": "admin"}, defaults)
print(options["user"], options.get("depth"), options.get("missing"), options.get("missing", "-"))
print(sorted(options.keys()), sorted(options.items()), sorted(map(str, options.values())))
print(len(options), "user" in options, "x" in options, bool(ChainMap()), list(options))
child = options.new_child({"colour": "blue"})
print(child["colour"], child.parents["colour"], child.new_child(depth=9)["depth"], len(child.maps))
print(child.setdefault("depth", 10), child.setdefault("size", 10), child.maps[0])
child.update({"user": "root"}, level=2)
child.update([("a", 1)])
print(child.maps[0], options["user"], child.pop("a"), child.pop("zzz", None))
copied = child.copy()
copied["colour"] = "green"
print(child["colour"], copied["colour"], copied.maps[1] is child.maps[1])
print(child.popitem(), child.maps[0])
child.clear()
print(child.maps[0], child == options, dict(child) == dict(options), child == {"x": 1})
made = ChainMap.fromkeys(["a", "b"], 0)
print(made, ChainMap.fromkeys("xy"), options)


def show(call, *args, **kwargs):
    try:
        print(call(*args, **kwargs))
    except Exception as e:
        print(type(e).__name__, e)


show(child.pop, "user")
show(child.popitem)
show(child.clear, 1)
show(child.copy, 1)
show(child.get)
show(child.keys, 1)
show(child.items, 1)
show(child.values, 1)
show(child.new_child, {}, {})
show(child.setdefault)
show(child.update, 5)
show(ChainMap.fromkeys)
show(ChainMap, x=1)
show(lambda: child["nothing"])
