def show(make):
    try:
        print(repr(make()))
    except Exception as error:
        print(type(error).__name__ + ":", error)


table = str.maketrans("abc", "xyz")
print(table, "aabbcc".translate(table), str.maketrans("ab", "cd", "ef"), str.maketrans({"a": "1", 98: None, "c": "long"}))
print("abcdef".translate(str.maketrans("ab", "cd", "ef")), "hello".translate({104: "H", 108: None, 111: 48}), "abc".translate({}), "ñandú".translate(str.maketrans("ñú", "nu")))
print("a.b,c!".translate(str.maketrans("", "", ".,!")), "x".translate(str.maketrans({"x": "yy"})))
show(lambda: str.maketrans(1))
show(lambda: str.maketrans("ab"))
show(lambda: str.maketrans("ab", "c"))
show(lambda: str.maketrans("a", 1))
show(lambda: str.maketrans("a", "b", 1))
show(lambda: str.maketrans({"ab": 1}))
show(lambda: str.maketrans({1.5: 1}))
show(lambda: "a".translate(1))
show(lambda: "a".translate(None))
show(lambda: "a".translate({97: 1.5}))
show(lambda: "a".translate({97: -1}))
show(lambda: "a".translate({97: 0x110000}))
show(lambda: "a".translate({97: ["x"]}))
show(lambda: "\x00\x01\x02".translate(["zero", None]))
show(lambda: "\x00\x01\x02".translate("ab"))
show(lambda: "abc".translate(defaultdict(lambda: "?", {97: "A"})))
