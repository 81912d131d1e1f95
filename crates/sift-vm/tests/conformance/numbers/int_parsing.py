for text in ["42", " -7 ", "+5", "1_000", "0b101", "0o17", "0xff", "ff", "", "3.0", "1__0", "\u0663", "12a", "- 5", "007"]:
    results = []
    for base in [10, 0, 16, 2]:
        try:
            results.append(int(text, base))
        except ValueError as error:
            results.append(str(error))
    print(repr(text), results)
for args in [("z", 36), ("10", 1), ("10", 37), ("11", 2)]:
    try:
        print(int(*args))
    except ValueError as error:
        print(error)
for value in [3.9, -3.9, 1e20, True, "12"]:
    print(int(value))
for value in [None, [], float("inf"), float("nan"), "1e3"]:
    try:
        int(value)
    except (TypeError, ValueError, OverflowError) as error:
        print(type(error).__name__, error)
