def show(make):
    try:
        print(repr(make()))
    except Exception as error:
        print(type(error).__name__ + ":", error)


text = "añb añb ñ"
for needle in ["a", "ñ", "añb", "b ", "z", "", "añb añb ñ", "añb añb ñx"]:
    print(needle, text.find(needle), text.rfind(needle), text.count(needle))
for start, end in [(0, 9), (1, None), (None, 3), (-3, None), (-100, 100), (5, 2), (9, None), (10, None), (4, 7), (-2, -1), (None, None), (True, False)]:
    print(start, end, [text.find("ñ", start, end), text.rfind("ñ", start, end), text.count("ñ", start, end), text.find("", start, end), text.rfind("", start, end), text.count("", start, end)])
show(lambda: text.index("b"))
show(lambda: text.rindex("b"))
show(lambda: text.index("b", 3))
show(lambda: text.rindex("b", 0, 3))
show(lambda: text.index("z"))
show(lambda: text.rindex("z"))
show(lambda: text.index("b", 3, 5))
show(lambda: text.find(1))
show(lambda: text.rfind(None))
show(lambda: text.index(["a"]))
show(lambda: text.count(1.5))
show(lambda: text.find("a", "b"))
show(lambda: text.find("a", 0, 1.5))
show(lambda: text.find("b", 10**30))
show(lambda: text.find("b", -10**30, 10**30))
show(lambda: "aaaa".count("aa"))
big = "xy" * 100_000 + "needle" + "xy" * 100_000
show(lambda: [big.find("needle"), big.rfind("needle"), big.count("yx"), big.find("needle", 200_001), big.rfind("needle", 0, 200_005), big.find("yxyn")])
