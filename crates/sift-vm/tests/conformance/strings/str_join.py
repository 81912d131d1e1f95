def show(make):
    try:
        print(repr(make()))
    except Exception as error:
        print(type(error).__name__ + ":", error)


print(", ".join(["a", "b", "c"]), "".join([]), "x".join(["a"]), "-".join("abc"), "-".join(("a", "b")), "".join({"a": 1, "b": 2}), " ".join(word.upper() for word in ["a", "b"]))
show(lambda: ",".join(str(n) for n in range(5)))
show(lambda: ",".join(map(str, [1, 2.5, None])))
show(lambda: ",".join(reversed(["a", "b"])))
show(lambda: ",".join(sorted({"b", "a"})))
show(lambda: ",".join([1]))
show(lambda: ",".join(["a", None]))
show(lambda: ",".join(["a", ["b"]]))
show(lambda: ",".join(1))
show(lambda: ",".join(None))
show(lambda: ",".join(n for n in [1, 2]))
show(lambda: ",".join([]))
show(lambda: "ab".join(["", "", ""]))
show(lambda: len("::".join(["x" * 1000] * 1000)))
