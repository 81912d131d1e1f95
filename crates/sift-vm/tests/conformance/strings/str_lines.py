def show(make):
    try:
        print(repr(make()))
    except Exception as error:
        print(type(error).__name__ + ":", error)


text = "a\nb\r\nc\rd\x0be\x0cf\x1cg\x1dh\x1ei\x85j\u2028k\u2029l\n"
print(text.splitlines())
print(text.splitlines(True))
print(text.splitlines(keepends=True) == text.splitlines(1))
for other in ["", "\n", "\n\n", "a", "a\n", "\na", "\r\n\r\n", "\n\r", "a\n\nb"]:
    print(repr(other), other.splitlines(), other.splitlines(True), other.split("\n"))
show(lambda: "a\nb".splitlines("x"))
show(lambda: "a\nb".splitlines(None))
for sep in ["=", "==", "x", "a=b=c", "b"]:
    print(sep, "a=b=c".partition(sep), "a=b=c".rpartition(sep))
show(lambda: "abc".partition(""))
show(lambda: "abc".rpartition(""))
show(lambda: "abc".partition(1))
show(lambda: "abc".rpartition(None))
print("".partition("x"), "".rpartition("x"))
