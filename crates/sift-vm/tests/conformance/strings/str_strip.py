def show(make):
    try:
        print(repr(make()))
    except Exception as error:
        print(type(error).__name__ + ":", error)


for text in ["", "  ", " a ", "\t\n a b \r\n", "xxaxx", "xyxaxyx", "\u3000a\u2003", "\x1fa\x1c", "ñañ", "aaa"]:
    print([text.strip(), text.lstrip(), text.rstrip(), text.strip("x"), text.lstrip("xy"), text.rstrip("yx"), text.strip(""), text.strip(None), text.strip("ña")])
show(lambda: "a".strip(1))
show(lambda: "a".lstrip(["a"]))
show(lambda: "a".rstrip(1.5))
