for c in ("a", "é", "€", "😀", "\n", "\x00", "\u200b", "ß"):
    print(repr(c), ord(c), hex(ord(c)), chr(ord(c)) == c, ascii(c), len(c), c.isprintable())
print(bin(10), oct(8), hex(255), bin(-5), hex(-255), oct(0), f"{255:#x} {255:#o} {5:#b} {5:08b} {-5:08b} {255:X} {1000000:,} {1000000:_} {255:_b}")
print("".join(chr(ord("a") + (ord(c) - ord("a") + 13) % 26) if c.isalpha() else c for c in "hello, world"))
print([*map(ord, "aZ09")], repr("it's"), repr('say "hi"'), repr("both ' and \""), repr("tab\tnul\0é\x7f"), ascii("naïve 😀"))


def show(call, *args):
    try:
        print(call(*args))
    except Exception as e:
        print(type(e).__name__, e)


show(ord, "")
show(ord, "ab")
show(ord, 5)
show(chr, -1)
show(chr, 0x110000)
show(chr, "a")
show(chr, 1.5)
show(bin, 1.5)
show(hex, "ff")
show(oct, None)
show(len, 5)
show(len, None)
show(repr)
show(ascii, 1, 2)
show(chr, 10**30)
