text, items = "abc", [3, 1]
print(getattr(text, "upper")(), getattr(items, "sort")(), items, getattr(5, "real"), getattr(text, "nothing", "default"), hasattr(text, "upper"), hasattr(text, "append"), hasattr(items, "append"))
print(format(1234.5, ",.1f"), format("x", ">3"), format(255, "#x"), format(None), format([1]), format(True, "d"), format(0.5, "%"))
print(ascii("né"), ascii(["é", "\n"]), repr("né"), ascii(5), repr(None), repr([1, "a"]))
print(bin(10), hex(10), oct(10), chr(65), ord("A"), abs(-1), callable(print))


def attempt(f, *args):
    try:
        print(f(*args))
    except Exception as error:
        print(type(error).__name__, error)


attempt(format, [1], "5")
attempt(format, None, "d")
attempt(format)
attempt(lambda: getattr(5, "upper"))
attempt(lambda: getattr(None, "group"))
attempt(ascii)
attempt(repr, 1, 2)
attempt(bin, 2.0)
attempt(hex, "a")
attempt(oct, [])
attempt(chr, 2 ** 40)
attempt(ord, [])
attempt(callable)
attempt(map, 5)
attempt(filter, 5)
attempt(zip, 5)
attempt(iter, 5)
