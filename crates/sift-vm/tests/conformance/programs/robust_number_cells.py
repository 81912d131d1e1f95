cells = ["12", " 7 ", "1,234.5", "(300)", "45%", "1.2k", "€ 9,99", "-", "", "n/a", "3e2", "½", "0x10", "1 000", "٤"]


def number(cell):
    text = cell.strip().lower().replace("\u00a0", " ")
    if text in ("", "-", "n/a"):
        return None
    sign = 1
    if text[0] == "(" and text[-1] == ")":
        text, sign = text[1:-1], -1
    text = text.lstrip("€$ ")
    scale = {"k": 1e3, "m": 1e6, "%": 0.01}.get(text[-1:], 1)
    if scale != 1:
        text = text[:-1]
    if text.count(",") == 1 and len(text) - text.index(",") == 3 and "." not in text:
        text = text.replace(",", ".")
    return sign * scale * float(text.replace(",", "").replace(" ", ""))


good, bad = [], {}
for cell in cells:
    try:
        value = number(cell)
    except ValueError as e:
        bad[cell] = str(e)
        continue
    if value is not None:
        good.append(value)
    print(f"{cell!r:<12}{value if value is None else format(value, '12,.3f')}")
print(bad)
print(len(good), sum(good), sorted(good)[len(good) // 2], f"{sum(good) / len(good):.4g}", max(good, key=abs), min(good))
print([f"{v:{w}.{p}f}" for v, w, p in zip(good, (6, 8, 10), range(3))], ["%+.1e" % v for v in good[:2]], "{:>{}}|{:^{w}}".format("a", 4, "b", w=3))
print(*[c for c in cells if c.strip().isdigit()], *[c for c in cells if c.isnumeric() and not c.isdecimal()], sep=",")
