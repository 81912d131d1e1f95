import re


def read(text):
    for number, line in enumerate(text.splitlines(), 1):
        yield number, line


def without_comments(lines):
    for number, line in lines:
        line = line.split("#", 1)[0].rstrip()
        if line:
            yield number, line


def sections(lines):
    name, body = None, []
    for number, line in lines:
        if m := re.fullmatch(r"\[(.+)\]", line):
            if name is not None or body:
                yield name, body
            name, body = m[1], []
        else:
            body.append((number, line))
    yield name, body


def running(values, start=0):
    total = start
    try:
        for value in values:
            total += value
            yield total
    finally:
        print("closed at", total)
    return "not seen"


text = """stray = 1
[server]   # main
port = 80
; odd
[client]

[paths]
a = 1 # x
b = 2"""
for name, body in sections(without_comments(read(text))):
    print(name, body)
totals = running([5, 0, -3], start=10)
print(next(totals), next(totals), next(totals), next(totals, "ended"), next(totals, "still ended"))
flat = (int(v) for _, body in sections(without_comments(read(text))) for _, line in body if "=" in line for v in [line.split("=")[1]])
print(next(flat), list(flat), list(flat))


def walk(tree, path=()):
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from walk(value, path + (key,))
    elif isinstance(tree, list):
        for index, value in enumerate(tree):
            yield from walk(value, (*path, index))
    else:
        yield ".".join(map(str, path)), tree


print(dict(walk({"a": {"b": [1, {"c": None}], "d": {}}, "e": "x"})))
first_big = next((n for n in map(lambda x: x * x, range(100)) if n > 50), None)
print(first_big, any(n > 5 for n in range(3)), all(()), sum(1 for _ in read(text)), max((len(line), number) for number, line in read(text)))
