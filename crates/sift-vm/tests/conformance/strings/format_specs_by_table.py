values = [0, 42, -7, 3.14159, 1e-7, 123456789.123, float("inf"), float("nan"), True]
specs = ["", "d", "5", "<6", "^+7", "08.2f", ",.1f", ".3g", "e", "%", "_", "#x", "c", "s", "z", "10.", ",s"]
for spec in specs:
    row = []
    for value in values:
        try:
            row.append(format(value, spec))
        except (ValueError, OverflowError) as e:
            row.append(type(e).__name__)
    print(f"{spec!r:<8}", *row, sep="|")
for value, spec in [("text", "d"), ("text", "=5"), (5, ".2d"), (5, "s"), ("text", ",") , ("t", "+"), (3.5, "d"), ([1], "5"), (None, ">6"), (5, "q"), ("é", "*^5"), ("long text", ".4"), (5, "{}"), (1, "9" * 30)]:
    try:
        print(repr(format(value, spec)))
    except (ValueError, TypeError) as e:
        print(repr(value), spec[:6], type(e).__name__, e)
