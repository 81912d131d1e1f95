numbers = [0, 7, -42, 1234567, 10 ** 20]
for spec in ["d", "5d", "<8d", "^9d", "+d", " d", "08d", ",d", "_d", "b", "#o", "x", "#X", "e", ".1f", "%", "n", "c"]:
    out = []
    for n in numbers:
        try:
            out.append(f"[{n:{spec}}]")
        except (ValueError, OverflowError) as error:
            out.append(type(error).__name__)
    print(f"{spec:>5}", *out)
for spec in ["", ".2f", "10.3f", "<10.1f", "+.0f", "e", ".3e", "g", ".3g", "G", "%", ".1%", ",.2f", "_.1f", "012.2f", "#.0f", "n", "z.1f"]:
    print(f"{spec:>6}", *[f"[{x:{spec}}]" for x in (0.0, 3.14159, -2.5e10, 1e-7, float("inf"), float("nan"))])
for spec in ["", "10", "<10", ">10", "^10", "*^10", ".3", "10.2", "s", "08", "=10"]:
    try:
        print(f"[{'text':{spec}}]")
    except ValueError as error:
        print(spec, error)
