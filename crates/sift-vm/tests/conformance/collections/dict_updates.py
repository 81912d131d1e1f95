stock = {"pen": 3, "cup": 0}
stock.update({"pen": 4}, ink=2)
stock.update([("cup", 1), ["mug", 9]])
stock |= {"box": 1}
print(stock, stock.get("x"), stock.get("x", 0), stock.setdefault("pen", 99), stock.setdefault("new"), stock.setdefault("list", []))
stock["list"].append(1)
print(stock.pop("list"), stock.pop("zzz", None), stock.popitem(), list(stock.items())[:2], stock | {"a": 0} | {"pen": -1})
print(dict.fromkeys("aba"), dict.fromkeys([1, 2], 0), dict([("a", 1)], b=2), dict(zip("ab", [1, 2])), dict({"x": 1}, x=2), {**stock, "pen": 0})
print({1: "int", 1.0: "float", True: "bool"}, {(1, 2): "t"}[1, 2], {None: 0}, {frozenset([1]): 1})
copy = stock.copy()
copy.clear()
print(len(copy), len(stock), "pen" in stock, 4 in stock.values(), ("pen", 4) in stock.items(), list(reversed(stock)))


def show(call, *args, **kwargs):
    try:
        print(call(*args, **kwargs))
    except Exception as e:
        print(type(e).__name__, e)


show(stock.update, 5)
show(stock.update, [1, 2])
show(stock.update, [(1, 2, 3)])
show(stock.update, ["ab", "c"])
show(stock.update, {}, {})
show(dict, [("a",)])
show(dict, 5)
show(dict, None)
show({}.popitem)
show({}.pop, "k")
show(stock.pop)
show(stock.get)
show(stock.setdefault, [])
show(dict.fromkeys, 5)
show(dict.fromkeys, [[1]])
show(lambda: stock[["a"]])
show(lambda: {[]: 1})
show(lambda: {{}})
try:
    for key in stock:
        stock[key + "!"] = 1
except RuntimeError as e:
    print(e)
