print([ord(c) for c in "aZ é😀"], [chr(n) for n in (97, 233, 0x1F600)])
print(hex(255), oct(8), bin(5), hex(-255), bin(-2), oct(0), hex(2**70))
print(abs(-5), abs(-2.5), abs(True), abs(-(10**30)))
print(divmod(17, 5), divmod(-17, 5), divmod(17, -5), divmod(7.5, 2), divmod(-1, 3))
print(pow(2, 10), pow(2, -1), pow(7, 2, 5), pow(3, -1, 7), pow(2.0, 0.5), pow(-8, 3), pow(0, 0))
print(round(2.5), round(3.5), round(-2.5), round(2.675, 2), round(1234, -2), round(1250, -2), round(1350, -2), round(5), round(2.5, 0), round(1e20), round(-0.4), round(0.5), round(1.15, 1))


def attempt(f, *args):
    try:
        print(f(*args))
    except Exception as error:
        print(type(error).__name__, error)


for f, args in [(ord, ("ab",)), (ord, ("",)), (ord, (5,)), (chr, (-1,)), (chr, (1114112,)), (chr, ("a",)), (hex, (1.5,)), (bin, ("1",)), (oct, (None,)), (abs, ("x",)), (divmod, (1, 0)), (divmod, ("a", 1)), (divmod, (1.0, 0)), (pow, (0, -1)), (pow, (2, -1, 4)), (pow, ("a", 2)), (pow, (2, 3, 0)), (pow, (2.0, 3, 5)), (round, ("x",)), (round, (1.5, "a")), (round, (float("nan"),)), (round, (float("inf"),))]:
    attempt(f, *args)
