def attempt(f, *args, **kwargs):
    try:
        print(repr(f(*args, **kwargs)))
    except Exception as error:
        print(type(error).__name__, error)


n, x = 300, -2.5
for method in (n.bit_length, n.bit_count, n.conjugate, n.as_integer_ratio, x.conjugate, x.as_integer_ratio, x.hex, x.is_integer):
    attempt(method)
    attempt(method, 1)
    attempt(method, key=2)
attempt(float.fromhex, 5)
attempt(float.fromhex, "0xzz")
attempt(float.fromhex)
attempt(float("inf").as_integer_ratio)
attempt(float("nan").as_integer_ratio)
attempt(int.bit_length)
attempt(int.bit_count, "5")
attempt(int.conjugate, 4)
attempt(int.as_integer_ratio, -6)
for value in (0, 1, -1, 255, 256, -2**70, True):
    print(value, value.bit_length(), value.bit_count(), value.conjugate(), value.as_integer_ratio(), value.real, value.imag, value.numerator, value.denominator)
masks = {name: int(bits, 2) for name, bits in [("read", "100"), ("write", "010"), ("run", "001")]}
for mode in (0o755, 0o640, 0):
    print(oct(mode), [",".join(k for k, v in masks.items() if part & v) or "-" for part in (mode >> 6, mode >> 3 & 7, mode & 7)], mode.bit_count())
