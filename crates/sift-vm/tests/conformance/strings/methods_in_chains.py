lines = ["  Title: The Long Way  ", "title:short", "TITLE : ", "no colon", "\ttitle:\tTabs\tinside \n"]
for line in lines:
    key, found, value = line.strip().partition(":")
    value = value.strip().expandtabs(2).replace(" ", "_") or "(none)"
    print(f"{key.rstrip().casefold():<9}{found!r:<5}{value.swapcase():<14}{value.isidentifier()!s:<6}{line.count('t'):>2}{line.lower().rfind('t'):>3}{line.find(':'):>3}")
print("-".join("a.b.c".rsplit(".", 1)), "a,b,,c".split(","), " a  b ".split(" "), " a  b ".split(), "a--b--c".split("--", 1), "".split(), "".split(","))
print("x=1;y=2".rpartition(";"), "plain".rpartition(";"), "abcabc".index("c", 3), "abcabc".rindex("a", 0, 3), "abc".find(""), "abc".rfind(""), "abc".count(""))
print("%s has %d items (%.1f%%)" % ("cart", 3, 12.345), "%5s|%-5s|%05d|%x|%r" % ("a", "b", 42, 255, "q"), "%(a)s-%(b)03d" % {"a": 1, "b": 2})
print("Straße".upper(), "ǅ".lower(), len("İ".lower()), "ß".casefold() == "SS".casefold(), "éa".capitalize(), "o'neil mc-donald 3rd".title(), "ΑΣ".lower())
print("abc".startswith(("x", "ab")), "abc".endswith(("bc", "x"), 1), "abc".startswith("b", 1), "abc".startswith(""), "abc".endswith("", 4), "".startswith(""))
print("12".zfill(5), "-7".zfill(4), "+".zfill(3), "٣".isdigit(), "²".isdigit(), "²".isdecimal(), "Ⅷ".isnumeric(), "½".isnumeric(), "a1".isalnum(), " ".isspace(), "".isalpha(), "\n".isprintable(), "é".isascii())
table = str.maketrans({"a": "4", "e": None, ord("o"): "00", "l": 49})
print("hello apple tool".translate(table), "abc".translate({97: "x", 98: None}), str.maketrans("ab", "cd", "e"))
