for value in [0.0, 1.0, -2.5, 0.1, 5e-324, 1e300, float("inf"), float("nan"), -0.0]:
    text = value.hex()
    back = float.fromhex(text)
    print(value, text, back == value, str(back) == str(value))
for text in ["0x1.8p1", " 1.8 ", "-0x.8p-3", "ff", "0x1p-1074", "0x1.fffffffffffffp1023", "inf", "0x1p1024", "0x", "1.8p", "zz", ""]:
    try:
        print(repr(text), float.fromhex(text))
    except (ValueError, OverflowError) as error:
        print(repr(text), type(error).__name__, error)
print((2.5).is_integer(), (4.0).is_integer(), (0.75).as_integer_ratio(), (0.1).as_integer_ratio(), (1.5).conjugate(), (1.5).real, (1.5).imag)
