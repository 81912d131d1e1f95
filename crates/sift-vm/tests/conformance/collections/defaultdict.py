def show(make):
    try:
        print(repr(make()))
    except Exception as error:
        print(type(error).__name__ + ":", error)


d = defaultdict(list)
d["a"].append(1); d["b"]; d["a"] += [2]
print(d, dict(d), len(d), d.get("zz"), "zz" in d, d.default_factory, d["q"], d)
n = defaultdict(int)
for letter in "hello":
    n[letter] += 1
print(n, sorted(n.items()), n == {"h": 1, "e": 1, "l": 2, "o": 1}, n["zz"], "zz" in n)
s = defaultdict(set, {"x": {1}}, y={2})
s["x"].add(5)
print(s, s.copy(), type(s.copy()).__name__, s.copy()["new"], isinstance(s, dict))
nested = defaultdict(lambda: defaultdict(int))
nested["a"]["b"] += 1
print({k: dict(v) for k, v in nested.items()})
print(defaultdict(), defaultdict(None, {"a": 1}), defaultdict(int, a=1, b=2), defaultdict(list, [("a", [1])]))
show(lambda: defaultdict()["x"])
show(lambda: defaultdict(None)["x"])
show(lambda: defaultdict(1))
show(lambda: defaultdict("x"))
show(lambda: defaultdict(list, 1))
show(lambda: defaultdict(int)[[]])
show(lambda: defaultdict(lambda: 1 / 0)["x"])
show(lambda: defaultdict(int, {"a": 1}).pop("b"))
show(lambda: defaultdict(int, {"a": 1}) == {"a": 1})
d = defaultdict(int, a=1)
print(d.setdefault("b", 7), d.pop("a"), d.update(c=3), d, d.clear(), d)
print(type(d | {"x": 1}).__name__, defaultdict(int, a=1) | {"b": 2}, {"b": 2} | defaultdict(int, a=1))
