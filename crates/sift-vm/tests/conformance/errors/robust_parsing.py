def parse_line(line):
    try:
        name, amount = line.split(":")
        return name.strip(), float(amount)
    except ValueError as error:
        return None, str(error)


lines = ["rent: 900", "food:12.5", "no colon", "a:b:c", "bad: 1x", ": 3", ""]
good, bad = [], []
for number, line in enumerate(lines, 1):
    name, value = parse_line(line)
    (good if name is not None else bad).append((number, name, value))
print(good)
print(bad)


def first_number(values, default=None):
    for value in values:
        try:
            return float(value)
        except (TypeError, ValueError):
            continue
    else:
        return default


print(first_number(["x", None, "4.5", "5"]), first_number([], -1), first_number([[], {}], "none"))
