def attempt(f):
    try:
        print(f())
    except Exception as error:
        print(type(error).__name__, error)


data = {"name": "x", 3: "three", (1, 2): "pair"}
attempt(lambda: data["nme"])
attempt(lambda: data[4])
attempt(lambda: data[(1, 3)])
attempt(lambda: data[None])
attempt(lambda: data[[1]])
attempt(lambda: data[{}])
attempt(lambda: [1, 2][2])
attempt(lambda: [1, 2][-3])
attempt(lambda: [1, 2]["0"])
attempt(lambda: (1, 2)[5])
attempt(lambda: "abc"[3])
attempt(lambda: "abc"["a"])
attempt(lambda: 5[0])
attempt(lambda: None[0])
attempt(lambda: {1, 2}[0])
attempt(lambda: len[0])
attempt(lambda: range(3)[3])
attempt(lambda: (n for n in [1])[0])
attempt(lambda: [1][1.0])
attempt(lambda: {"a": {"b": 1}}["a"]["c"])
