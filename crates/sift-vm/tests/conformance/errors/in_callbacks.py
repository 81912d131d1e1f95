def attempt(f):
    try:
        print(f())
    except Exception as error:
        print(type(error).__name__, error)


rows = [{"n": 3}, {"n": "x"}, {}]
attempt(lambda: sorted(rows, key=lambda r: r["n"]))
attempt(lambda: sorted(rows[:2], key=lambda r: r["n"]))
attempt(lambda: list(map(int, ["1", "b"])))
attempt(lambda: max(rows, key=lambda r: len(r)))
attempt(lambda: min([], key=len))
attempt(lambda: sum(r["n"] for r in rows[:2]))
attempt(lambda: [r["n"] + 1 for r in rows])
attempt(lambda: re.sub(r"\d", lambda m: int(m.group()) + 1, "a1"))
attempt(lambda: list(filter(lambda r: r["n"] > 1, rows)))
attempt(lambda: {r["n"]: 1 for r in [{"n": []}]})
attempt(lambda: any(r["n"] for r in reversed(rows)))
attempt(lambda: Counter(5))
attempt(lambda: defaultdict(5))
attempt(lambda: defaultdict(lambda: 1 / 0)["x"])
attempt(lambda: list(zip([1], 5)))
attempt(lambda: list(enumerate(3)))
attempt(lambda: dict([(1, 2, 3)]))
attempt(lambda: dict([5]))
attempt(lambda: "".join(["a", 1]))
