text = "abcabc"
print(text.find("c", 3), text.find("c", -2), text.find("c", 0, 2), text.find("", 6), text.find("", 7), text.count("a", 1), text.count("", 2, 4), text.rfind("a", 0, 3), text.index("b", 2, 5))
print(text.startswith("b", 1), text.startswith(("x", "c"), 2), text.endswith("b", 0, 5), text.endswith(()), text.startswith("", 6), text.startswith("", 7), text.find("a", None, None), text.count("bc", None, 4))
for wrong in [lambda: text.find(5), lambda: text.find("a", "b"), lambda: text.count(None), lambda: text.startswith(5), lambda: text.endswith(["a"]), lambda: text.startswith(("a", 5)), lambda: text.startswith(("b", 5)), lambda: text.index("z"), lambda: text.rindex("z", 1), lambda: text.replace("a", 5), lambda: text.split(5), lambda: text.split(""), lambda: text.partition(""), lambda: text.strip(5), lambda: text.find("a", 1.5), lambda: text.replace("a", "b", "c"), lambda: 5 in text, lambda: text.join(5)]:
    try:
        print(wrong())
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
