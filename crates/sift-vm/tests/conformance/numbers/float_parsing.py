for text in ["3.14", " -2 ", "1e3", "1E-3", ".5", "5.", "inf", "-Infinity", "nan", "1_000.5", "1,000", "", "abc", "1e", "0x1p3", "--1", "1e400", "1e-400"]:
    try:
        print(repr(text), float(text))
    except ValueError as error:
        print(repr(text), error)
for value in [1, True, 10**20, None, [1]]:
    try:
        print(float(value))
    except TypeError as error:
        print(error)
numbers = []
for word in "rose 4.5 % from 3,200 to 3,344.0 in 2023".split():
    try:
        numbers.append(float(word.replace(",", "")))
    except ValueError:
        continue
print(numbers)
