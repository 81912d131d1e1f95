import re

cells = {
    "A1": "10", "A2": "2.5", "A3": "=A1*A2", "B1": "=SUM(A1:A3)", "B2": "=B1/(A1-10)", "B3": "=C9+1",
    "C1": "=C2", "C2": "=C1", "D1": "=-A1+MAX(A1:A2)*2", "D2": "text", "D3": "=D2+1",
}
token = re.compile(r"\s*(?:(\d+\.?\d*)|([A-Z]+\d+)|(SUM|MAX)\(|([-+*/():]))")


def value(name, seen=()):
    if name in seen:
        raise RecursionError(" > ".join([*seen, name]))
    text = cells.get(name)
    if text is None:
        raise LookupError(f"{name} is empty")
    if not text.startswith("="):
        return float(text)
    return Parser(text[1:], (*seen, name))


def span(first, last):
    (c1, r1), (c2, r2) = ((name[0], int(name[1:])) for name in (first, last))
    return [f"{chr(c)}{r}" for c in range(ord(c1), ord(c2) + 1) for r in range(r1, r2 + 1)]


def Parser(text, seen):
    parts, at = [], 0
    while at < len(text):
        m = token.match(text, at)
        if not m:
            raise SyntaxError(f"{text!r} at {at}")
        parts.append(next((kind, part) for kind, part in zip(("num", "cell", "call", "op"), m.groups()) if part))
        at = m.end()
    parts.append(("end", ""))
    place = 0

    def take():
        nonlocal place
        place += 1
        return parts[place - 1]

    def factor():
        kind, part = take()
        if kind == "num":
            return float(part)
        if kind == "cell":
            return value(part, seen)
        if kind == "call":
            first, _, last, _ = take()[1], take(), take()[1], take()
            return {"SUM": sum, "MAX": max}[part](value(name, seen) for name in span(first, last))
        if part == "-":
            return -factor()
        inner = total()
        take()
        return inner

    def term():
        left = factor()
        while parts[place][1] in ("*", "/"):
            left = left * factor() if take()[1] == "*" else left / factor()
        return left

    def total():
        left = term()
        while parts[place][1] in ("+", "-"):
            left = left + term() if take()[1] == "+" else left - term()
        return left

    return total()


for name in sorted(cells):
    try:
        print(f"{name} {cells[name]:<22} {value(name):g}")
    except (ZeroDivisionError, LookupError, RecursionError, ValueError, SyntaxError) as e:
        print(f"{name} {cells[name]:<22} {type(e).__name__}: {e}")
