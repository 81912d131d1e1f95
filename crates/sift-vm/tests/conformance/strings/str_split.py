def show(make):
    try:
        print(repr(make()))
    except Exception as error:
        print(type(error).__name__ + ":", error)


for text in ["", " ", "a", " a b  c ", "a,b,,c", ",", ",,", "a\x1cb\u2003c\x85d", "no separator", "aXXbXXXc"]:
    print([text.split(), text.rsplit(), text.split(","), text.rsplit(","), text.split(None, 1), text.rsplit(None, 1), text.split(",", 1), text.rsplit(",", 1), text.split("XX"), text.rsplit("XX"), text.split(maxsplit=0), text.rsplit(sep=" ", maxsplit=-1)])
show(lambda: "a b".split(""))
show(lambda: "a b".rsplit(""))
show(lambda: "a b".split(1))
show(lambda: "a b".rsplit(["a"]))
show(lambda: "a b".split(" ", "x"))
show(lambda: "a b".split(" ", 1.0))
show(lambda: "a b c d".split(" ", True))
show(lambda: "a b c d".split(maxsplit=2))
show(lambda: "a  b  c  ".split(maxsplit=1))
show(lambda: "  a  b  c".rsplit(maxsplit=1))
show(lambda: [piece.strip() for piece in "k: v; k2 : v2".split(";")])
