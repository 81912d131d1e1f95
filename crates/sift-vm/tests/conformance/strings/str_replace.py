def show(make):
    try:
        print(repr(make()))
    except Exception as error:
        print(type(error).__name__ + ":", error)


for old, new in [("a", "b"), ("a", ""), ("aa", "x"), ("", "-"), ("z", "y"), ("banana", "ñ"), ("an", "anan"), ("ñ", "n")]:
    print(old, new, ["banana ñ".replace(old, new), "banana ñ".replace(old, new, 1), "banana ñ".replace(old, new, 0), "banana ñ".replace(old, new, -1), "banana ñ".replace(old, new, 2)])
print(["".replace("", "x"), "".replace("", "x", 0), "".replace("a", "x"), "".replace("", "x", 1)])
show(lambda: "a".replace(1, "b"))
show(lambda: "a".replace("a", None))
show(lambda: "a".replace("a", "b", "c"))
show(lambda: "a".replace("a", "b", 1.0))
show(lambda: len(("ab" * 50_000).replace("b", "ccc")))
