def show(make):
    try:
        print(repr(make()))
    except Exception as error:
        print(type(error).__name__ + ":", error)


text = "über.tar.gz"
for affix in ["", "ü", "über", ".gz", "gz", "x", text, text + "x", (), ("x", "ü"), (".zip", ".gz"), ("",)]:
    print(affix, text.startswith(affix), text.endswith(affix), text.startswith(affix, 4), text.endswith(affix, 0, 8), text.startswith(affix, -3, None), text.endswith(affix, 20))
show(lambda: text.startswith(1))
show(lambda: text.endswith(None))
show(lambda: text.startswith(["ü"]))
show(lambda: text.startswith(("x", 1)))
show(lambda: text.endswith(("gz", 1)))
show(lambda: text.endswith(("x", 1.5)))
show(lambda: text.startswith("b", "x"))
show(lambda: text.startswith("", 11))
show(lambda: text.startswith("", 12))
for affix in ["", "ü", "über", ".gz", "x", text]:
    print(affix, [text.removeprefix(affix), text.removesuffix(affix)])
show(lambda: text.removeprefix(1))
show(lambda: text.removesuffix(("gz",)))
