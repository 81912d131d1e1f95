def attempt(value, spec):
    try:
        print(f"{spec!r:>8} {value!r:<12} {format(value, spec)!r}")
    except (ValueError, TypeError) as error:
        print(f"{spec!r:>8} {value!r:<12} {type(error).__name__}: {error}")


for spec in ("d", "s", ".2f", "x", ",", "_", "+", "=10", "^10", ".3", "c", "%", "e", "g", "n", "z", "#x", "010", "<-10", ",d", ",s", ".2d", "b", "!", "10s", "  ", "-", "é>6", "1000"[:1]):
    for value in (42, -3.14159, "text", True, None):
        attempt(value, spec)
for value, spec in ((1234567.891, ",.1f"), (1e20, "g"), (0.1, ".20f"), (5, "08.3f"), (-0.0, "z.1f"), (12, "#o"), (255, "#06x"), ("abc", ".2"), ("ab", "*^7"), (1234, "_"), (0xABCDEF, "_x"), ([1], ""), ([1], "5"), ({}, "s")):
    attempt(value, spec)
