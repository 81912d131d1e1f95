text = "id=17; id=x; id=4; name=none"
found = []
for part in text.split(";"):
    if (match := re.search(r"id=(\d+)", part)) and (number := int(match.group(1))) > 3:
        found.append(number)
print(found, number)
lines = iter(["alpha", "beta", "", "gamma"])
while (line := next(lines, "")) != "":
    print("read", line)
print(line == "", next(lines))
if (n := len(found)) > 1:
    print(f"{n} found", f"{(m := n * 2)}", m)
print([y for x in range(6) if (y := x * x) % 2 == 0], y)


def scoped():
    return [inner := k for k in "ab"], inner


print(scoped())
