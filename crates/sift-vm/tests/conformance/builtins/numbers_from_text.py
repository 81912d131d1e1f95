def show(call, *args):
    try:
        print(call.__name__, args, "=", call(*args))
    except Exception as e:
        print(call.__name__, args, type(e).__name__, e)


for text in (" 42 ", "-0", "+7", "1_000", "1__0", "_1", "0x1f", "١٢", "１２", "4.0", "", " ", "1e3", "--1", "½"):
    show(int, text)
for args in (("ff", 16), ("0xFF", 0), ("0b11", 0), ("011", 0), ("z", 36), ("2", 2), ("1", 1), ("10", 37), (10, 2), ("0o17", 8), ("1_0", 3)):
    show(int, *args)
for text in ("1e3", " -.5 ", "1_0.2_5", "1_.0", "inf", "-Infinity", "nan", "1e400", "0x10", "1,5", "", "٣.٥", "1e", ".", "infinit"):
    show(float, text)
for value in (3.99, -3.99, True, None, [1], float("nan"), float("inf"), 1e22, "3.0"):
    show(int, value)
for value in (10, -7, True, None, "x", 10**400):
    show(float, value)
