from collections import Counter, defaultdict

lines = """2024-01-03 ann sold 3 apples
2024-01-03 ben sold 10 pears
2024-01-04 ann bought 1 apple
2024-02-01 cyd sold 2 apples
2024-02-01 ann sold 5 figs""".splitlines()
tree = lambda: defaultdict(tree)
nested, flat, people = tree(), defaultdict(list), defaultdict(set)
for line in lines:
    day, who, verb, number, what = line.split()
    month = day[:7]
    nested[month][who][what.rstrip("s")] = int(number)
    flat[month, verb].append(int(number))
    people[what.rstrip("s")].add(who)
print({m: {w: dict(x) for w, x in of.items()} for m, of in nested.items()})
print(dict(flat), {k: sorted(v) for k, v in people.items()})
months = Counter(line[:7] for line in lines)
print(months, [*months.elements()][:4], max(months.values()), months["2023-12"], len(months))
print(len(nested["2024-03"]["nobody"]), len(nested), "2024-03" in nested, flat.get("x"), flat.default_factory is list)
totals = defaultdict(int, start=1)
for (month, verb), ns in flat.items():
    totals[verb] += sum(ns)
print(totals, repr(defaultdict(None, {1: 2})), defaultdict(lambda: "n/a")["q"])


def show(call, *args):
    try:
        print(call(*args))
    except Exception as e:
        print(type(e).__name__, e)


show(defaultdict, 5)
show(lambda: defaultdict()["missing"])
show(lambda: defaultdict(int)[[]])
show(lambda: defaultdict(lambda: 1 // 0)["x"])
show(totals.copy)
show(defaultdict, list, 5)
