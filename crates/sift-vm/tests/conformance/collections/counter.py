def show(make):
    try:
        print(repr(make()))
    except Exception as error:
        print(type(error).__name__ + ":", error)


c = Counter("mississippi")
print(c, c["s"], c["zz"], len(c), c.most_common(), c.most_common(2), c.most_common(0), c.most_common(-1), c.most_common(100), c.most_common(None))
print(sorted(c.elements()), list(c.elements())[:3], c.total(), sum(c.values()), "zz" in c, c.get("zz"), c.get("zz", 5))
print(Counter(), Counter([]), Counter({"a": 3, "b": 0}), Counter(a=2, b=-1), Counter(["x", "y", "x"], x=5), Counter(("k", n % 2) for n in range(5)), Counter(None))
c = Counter(a=3, b=1)
print(c.update("ab"), c, c.update({"a": 10}), c, c.update(z=2), c, c.subtract("aa"), c, c.subtract({"b": 5}), c, c.subtract(z=1, q=1), c, c.update([]), c.update(None), c.update())
print(c + Counter(a=1, q=5), c - Counter(a=1), Counter(a=3, b=1) & Counter(a=1, b=2), Counter(a=3, b=1) | Counter(a=1, b=2), +Counter(a=2, b=-3, c=0), -Counter(a=2, b=-3, c=0))
d = Counter(a=1)
e = d
d += Counter(a=1, b=2); print(d, d is e, e)
d -= Counter(b=2); print(d)
d |= Counter(b=7); print(d)
d &= Counter(a=1, b=1); print(d)
print(Counter("ab") == Counter("ba"), Counter("ab") == {"a": 1, "b": 1}, Counter(a=1) == Counter(a=1, b=0), type(c).__name__, isinstance(c, dict), c.copy() == c, type(c.copy()).__name__, dict(Counter("aab")))
del c["nothing"]
c["new"] += 5
print(c["new"], c.pop("new"), c.pop("new", None), sorted(c))
show(lambda: Counter(1))
show(lambda: Counter.fromkeys("ab"))
show(lambda: Counter("ab").most_common("x"))
show(lambda: Counter("ab").pop("z"))
show(lambda: Counter([[]]))
show(lambda: Counter(a="x") + Counter(a=1))
show(lambda: Counter(a="x").total())
show(lambda: Counter(a=1).update(1))
show(lambda: Counter(a=1).subtract(1))
show(lambda: Counter("ab") + {"a": 1})
print(Counter(a=1) <= Counter(a=2), Counter(a=1) < Counter(a=1), Counter(a=1) < Counter(a=1, b=1), Counter(a=2) >= Counter(a=1, b=0), Counter(a=1) > Counter(b=1), Counter() <= Counter())
show(lambda: Counter(a="x") <= Counter(a=1))
show(lambda: Counter(a=1) < {"a": 2})
def most_common(counter): return counter.most_common()
show(lambda: most_common({}))
show(lambda: most_common([]))
show(lambda: hasattr({}, "most_common"))
show(lambda: hasattr(Counter(), "most_common"))
partial = Counter()
show(lambda: partial.update(["a", "b", [], "c"]))
print(partial, Counter(word.lower() for word in "The the THE a".split()).most_common(1)[0])
print(Counter({"x": 1.5, "y": 2}), Counter(x=1, y=1, z=1), repr(Counter({1: "b", 2: 3})))
for item, count in Counter("aab").items():
    print(item, count)
