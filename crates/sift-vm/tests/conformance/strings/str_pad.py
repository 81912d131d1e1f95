def show(make):
    try:
        print(repr(make()))
    except Exception as error:
        print(type(error).__name__ + ":", error)


for text in ["", "a", "ab", "äbc", "-5", "+5", "--5", "é", "5"]:
    for width in [0, 1, 4, 5, -3]:
        print([text.center(width), text.ljust(width), text.rjust(width), text.zfill(width), text.center(width, "*"), text.ljust(width, "ñ"), text.rjust(width, ".")])
for text in ["", "\t", "a\tb", "ab\tc\nd\te", "\ta\r\tb", "1234567\t8", "12345678\t9", "ñ\tñ"]:
    print([text.expandtabs(), text.expandtabs(4), text.expandtabs(1), text.expandtabs(0), text.expandtabs(-1), text.expandtabs(tabsize=3)])
show(lambda: "a".center("x"))
show(lambda: "a".center(5, ""))
show(lambda: "a".ljust(5, "ab"))
show(lambda: "a".rjust(5, 1))
show(lambda: "a".rjust(1.5))
show(lambda: "a".zfill(1.5))
show(lambda: "a".zfill("5"))
show(lambda: "a\t".expandtabs("x"))
show(lambda: "a".ljust(True))
