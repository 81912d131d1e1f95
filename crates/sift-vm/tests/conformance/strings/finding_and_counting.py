text = "abracadabra ABRA"
print(text.find("bra"), text.find("bra", 2), text.find("bra", 2, 5), text.rfind("bra"), text.index("c"), text.rindex("a"), text.find(""), text.rfind(""), text.find("", 99), text.count("a"), text.count("abra"), text.count(""), text.count("a", 3, -5))
print(text.startswith(("x", "ab")), text.endswith("ABRA"), text.startswith("bra", 1), text.endswith("a", 0, 4), "".startswith(""), text.startswith(()), "bra" in text, "" in "", text.replace("a", "4", 2), text.replace("", "-", 3), text.replace("abra", ""), "aaa".replace("aa", "b"))
positions, at = [], -1
while (at := text.find("a", at + 1)) != -1:
    positions.append(at)
print(positions, [i for i, c in enumerate(text) if c == "a"] == positions, text[positions[1]:positions[3]], text.lower().count("abra"))
print(text.translate({ord("a"): "4", ord("b"): None, 99: "<c>"}), text.translate(str.maketrans("abc", "xyz", "r")), str.maketrans({"a": 1, "b": "two"}), text.swapcase().title(), text.capitalize(), "ǆ ß ŉ İ".title(), "ß".upper(), "İ".lower() == "i̇", "ΑΣ".lower(), "ﬁ".casefold())
for wrong in (lambda: text.index("zz"), lambda: text.rindex("q"), lambda: text.find(5), lambda: text.startswith(5), lambda: text.startswith(["a"]), lambda: text.endswith(("a", 1)), lambda: text.replace("a", 5), lambda: text.find("a", "b"), lambda: 5 in text, lambda: str.maketrans("ab", "c"), lambda: str.maketrans({"ab": 1}), lambda: "a".translate(5), lambda: str.maketrans(5)):
    try:
        print(wrong())
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
