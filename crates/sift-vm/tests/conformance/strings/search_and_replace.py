text = "the cat sat on the mat with the hat"
print(text.count("the"), text.count("at"), text.count("the", 4), text.count("", 0, 3), text.count("z"))
print(text.find("the"), text.find("the", 1), text.rfind("the"), text.find("dog"), text.index("cat"), text.rindex("at"), text.rfind("the", 0, 10))
start, places = 0, []
while (at := text.find("at", start)) != -1:
    places.append(at)
    start = at + 1
print(places, [text[max(0, p - 3):p + 2] for p in places])
print(text.replace("the", "a"), text.replace("at", "og", 2), text.replace("", "-", 4), text.replace("x", "y") is not None)
print(text.startswith("the"), text.startswith("cat", 4), text.endswith(("hat", "cat")), text.endswith("mat", 0, 22), "".startswith(""), text.startswith(("x", "the c")))
table = str.maketrans("aeiou", "AEIOU", "h")
print(text.translate(table), "abc".translate({97: "1", 98: None, 99: 0x1F600}), "xyz".translate(str.maketrans({"x": "XX", "y": ""})), str.maketrans("ab", "cd"))
for f in [lambda: text.index("dog"), lambda: text.rindex("dog"), lambda: str.maketrans("ab", "c"), lambda: str.maketrans({"ab": "c"}), lambda: str.maketrans(5), lambda: "a".translate(5), lambda: "{x}".format_map({"y": 1})]:
    try:
        print(f())
    except Exception as error:
        print(type(error).__name__, error)
print("{name} is {age:>3}".format_map({"name": "Ann", "age": 5}), "{0!r:>5}|{1:^7.2f}|{2:,}".format("x", 3.14159, 12345))
