titles = ["  The Quick  Brown fox ", "ÉCOLE: été 2024!", "a_b-c.d", "", "already-slugged", "it's o'clock"]
for title in titles:
    words = title.strip().lower().split()
    slug = "-".join("".join(c for c in word if c.isalnum() or c in "-_") for word in words)
    print(repr(slug), repr(title.title()), repr(title.strip().capitalize()), repr(title.swapcase()))
names = "anna lee,JOHN o'neil , mary-jane SMITH".split(",")
print([n.strip().title() for n in names], [n.strip().upper() for n in names], [n.casefold().strip() for n in names])
print([w for w in "One two THREE Four5 6 ____ ".split() if w.isalpha()], [w.istitle() for w in ["One", "oNe", "One Two", "1A", ""]])
print(["abc".islower(), "aBc".islower(), "a1".islower(), "1".islower(), "ABC".isupper(), "A1".isupper(), "".isupper()])
print("straße".casefold() == "STRASSE".casefold(), "ß".upper(), "İ".lower() == "i̇", "ǆ".title(), "ŉ".upper())
print("MiXeD".swapcase(), "hello world".title(), "they're bill's".title(), "x1y2".title(), "éa".capitalize(), "ﬁn".capitalize())
