print()
print("a", "b", sep="")
print("a", 1, None, [1, "x"], {"k": 1.0}, sep=" | ", end=" <end>\n")
print("no newline", end="")
print("", "two", sep="\n")
print(*range(5), sep=",")
print(*[], "alone", sep="-")
print("tab\there", "quote\"s", 'it\'s', "back\\slash", "uni\u00e9 \U0001F600")
print(["it's", 'say "hi"', "both ' and \"", "\n\t\r\0\x7f", "é\u200b\xa0"])
print(repr("é\u200b\xad\ud7ff"), ascii("é→😀"), "%r %s" % ("a\n", "a"))
print(1e16, 1e15, 123456789.0, 1e-5, 0.0001, 1.0, -0.0, 1e300 * 10, float("-inf"), 5e-324)
print((1,), (), [()], {}, set(), {()}, frozenset(), range(3), slice(1, 2))
for bad in [dict(sep=1), dict(end=2)]:
    try:
        print("x", **bad)
    except TypeError as error:
        print(error)
