def lines(text):
    for number, line in enumerate(text.splitlines(), 1):
        yield number, line


def numbered(pairs, skip="#"):
    for number, line in pairs:
        if line.strip() and not line.startswith(skip):
            yield number, line.strip()


def joined(pairs):
    held, start = [], None
    for number, line in pairs:
        start = start or number
        if line.endswith("\\"):
            held.append(line[:-1].rstrip())
            continue
        yield start, " ".join([*held, line])
        held, start = [], None
    if held:
        yield start, " ".join(held) + " ..."


text = "# head\na = 1\n\nb = 2 + \\\n 3 + \\\n 4\nc = \\"
print(list(joined(numbered(lines(text)))), [n for n, _ in lines("")])


def running(values):
    total = 0
    for count, value in enumerate(values, 1):
        total += value
        yield total / count
    return total


mean = running([4, 8, "x"])
try:
    for value in mean:
        print(value)
except TypeError as e:
    print(e, list(mean))


def chained(*parts):
    for part in parts:
        result = yield from part
        yield f"[{result}]"


def counted(n):
    yield from range(n)
    return n * 10


print(list(chained(counted(2), "ab", counted(0))), sum(counted(4)), dict(zip("ab", counted(5))), 3 in counted(9), max(counted(3), default="-"))
g = counted(3)
print(next(g), list(g), next(g, "done"), [*map(str, counted(2))], sorted(counted(3), reverse=True), "-".join(str(n) for n in counted(3)))
try:
    next(counted(0))
except StopIteration as e:
    print(repr(e), e.value)
closed = counted(5)
print(next(closed), 3 in closed, list(closed), list(closed))
for wrong in (lambda: len(counted(2)), lambda: counted(2)[0], lambda: counted(), lambda: next([1]), lambda: counted(1) + counted(1), lambda: next(5)):
    try:
        print(wrong())
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
