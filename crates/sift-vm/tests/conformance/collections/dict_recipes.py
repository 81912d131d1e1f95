stock = {"fig": 3, "apple": 0, "pear": 12}
print({k: v for k, v in stock.items() if v}, sorted(stock, key=stock.get), sum(stock.values()), max(stock.items(), key=lambda kv: kv[1]))
stock.update({"kiwi": 1}, apple=5)
stock |= {"fig": 4}
print(stock, stock.pop("kiwi"), stock.pop("kiwi", "gone"), stock.setdefault("plum", []), stock.popitem(), stock)
index = {}
for i, word in enumerate("to be or not to be".split()):
    index.setdefault(word, []).append(i)
print(index, {len(v): k for k, v in index.items()}, list(index.values())[0], list(index.items())[-1], dict.fromkeys(index, 0))
a, b = {"x": 1, "y": 2}, {"y": 3, "z": 4}
print(a | b, b | a, a.keys() & b.keys(), a.keys() - b.keys(), sorted(a.keys() | b), a.items() & {("x", 1)}, a.keys() ^ b.keys() == {"x", "z"})
print("x" in a, 1 in a.values(), ("x", 1) in a.items(), len(a.items()), a.keys() == {"y", "x"}, list(a.keys()), a.keys().isdisjoint(b), a.keys().isdisjoint("q"))
snapshot = a.copy(); a.clear(); print(snapshot, a, bool(a), not snapshot)
o = OrderedDict([("first", 1), ("second", 2)])
o.move_to_end("first"); o.move_to_end("first", last=False); o["third"] = 3; print(o, list(reversed(o)), o.popitem(False), OrderedDict.fromkeys("ba"))
nested = defaultdict(lambda: defaultdict(int))
for city, kind in [("Rome", "bus"), ("Rome", "tram"), ("Oslo", "bus"), ("Rome", "bus")]:
    nested[city][kind] += 1
print({c: dict(k) for c, k in nested.items()}, nested["Bern"], len(nested), defaultdict.fromkeys([1, 2], "v"))
for f in [lambda: a["q"], lambda: a.keys().isdisjoint(5), lambda: a.keys() & 5, lambda: a | [1], lambda: nested.keys()[0]]:
    try:
        print(f())
    except Exception as error:
        print(type(error).__name__, error)
