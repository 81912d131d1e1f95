def attempt(f, *args):
    try:
        print(repr(f(*args)))
    except Exception as error:
        print(type(error).__name__, error)


for text in ["12", " 7 ", "-3", "1_000", "0x1f", "3.0", "", "abc", "1e3", "٣", "1__0", "+5", "--5", "1,000"]:
    attempt(int, text)
for text in ["1.5", " -2 ", "1e3", "nan", "inf", "-Infinity", "1_0.5", "", "abc", "1,5", ".5", "5.", "0x1"]:
    attempt(float, text)
for args in [("ff", 16), ("0b101", 0), ("z", 36), ("8", 8), ("10", 1), ("10", 37), (10, 2), ("0xff", 16)]:
    attempt(int, *args)
for value in [None, [1], {}, (), "x", 2.9, -2.9, True, float("nan"), float("inf")]:
    attempt(int, value)
    attempt(float, value)
