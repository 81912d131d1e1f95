def dump(text, width=8):
    for offset in range(0, len(text), width):
        piece = text[offset:offset + width]
        codes = " ".join(f"{ord(c):04x}" for c in piece)
        shown = "".join(c if c.isprintable() and c.isascii() else "." for c in piece)
        yield f"{offset:03x}  {codes:<{width * 5 - 1}}  {shown}"


print(*dump("Hello, wörld!\n\t✓ done"), sep="\n")
print(*dump("ab", 1), *dump(""), sep="/")
print([hex(ord(c)) for c in "aé€😀"], [chr(n) for n in (97, 0x20AC, 0x1F600)], ascii("aé€😀\n"), repr("\x00\x7f\u200b\ud7ff"))
for bad in (-1, 0x110000, "a", 1.5):
    try:
        f = chr
        print(f(bad))
    except (ValueError, TypeError) as error:
        print(type(error).__name__, error)
for bad in ("", "ab", 5):
    try:
        f = ord
        print(f(bad))
    except TypeError as error:
        print(error)
print(f"{255:#x} {255:#o} {255:#b} {255:08b} {-255:x} {255:X} {1000000:_} {0xFFFF_FFFF:_x} {65:c}|{97:>5c}|", int("ff", 16), int("0b101", 0), oct(8), bin(-5))
print("".join(format(ord(c), "08b") for c in "Hi"), "".join(chr(int(b, 2)) for b in ("01001000", "01101001")), sum(ord(c) * 31**i for i, c in enumerate("key")) % 1009)
