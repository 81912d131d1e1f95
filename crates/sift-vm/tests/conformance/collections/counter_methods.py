c = Counter("abracadabra")
print(c, c.total(), c["z"], c.most_common(2), c.most_common(), sorted(c.elements()))
c.update("zzz"); c.update({"a": 10}); c.update(b=1); c.update([])
print(c)
c.subtract("aaaa"); c.subtract({"b": 5}); c.subtract(c=1)
print(c, +c, -c, c.total())
print(c + Counter(a=1), c - Counter(a=100), Counter(a=3) & Counter(a=1, b=2), Counter(a=3) | Counter(a=1, b=2))
d = c.copy(); d["new"] += 1; d.clear()
print(d, len(c), list(c)[:2], c.get("q"), c.pop("z"), "z" in c)
print(Counter(a=1) == {"a": 1}, Counter(a=1, b=0) == Counter(a=1), Counter(a=1) <= Counter(a=2), Counter(["x", "x", 5]))
del c["nothing"]


def attempt(f, *args):
    try:
        print(f(*args))
    except Exception as error:
        print(type(error).__name__, error)


for f, args in [(Counter, (5,)), (c.update, (5,)), (c.subtract, (5,)), (c.most_common, ("a",)), (c.elements, (1,)), (c.total, (1,)), (Counter.fromkeys, ("ab",)), (c.pop, ("none",)), (Counter({"a": "x"}).most_common, (1,)), (Counter({"a": "x"}).total, ())]:
    attempt(f, *args)
