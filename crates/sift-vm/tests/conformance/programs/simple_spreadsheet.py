import re
from functools import lru_cache

cells = {"A1": "12", "A2": "=A1*2", "A3": "=SUM(A1:A2)+B1", "B1": "4.5", "B2": "=A3/B3", "B3": "=B1-4.5", "C1": "=C2", "C2": "=C1+1", "C3": "text", "D1": "=AVG(A1:B1)", "D2": "=MAX(A1:A3)-MIN(A1:B1)", "D3": "=C3+1"}


class_of_error = {ZeroDivisionError: "#DIV/0!", RecursionError: "#LOOP!", ValueError: "#VALUE!", KeyError: "#REF!"}


def expand(first, last):
    columns = range(ord(first[0]), ord(last[0]) + 1)
    rows = range(int(first[1:]), int(last[1:]) + 1)
    return [f"{chr(c)}{r}" for c in columns for r in rows]


def value(name, above=()):
    if name in above:
        raise RecursionError(" -> ".join((*above, name)))
    text = cells[name]
    if not text.startswith("="):
        return float(text)
    return expression(re.findall(r"[A-Z]+\([A-Z]\d:[A-Z]\d\)|[A-Z]\d|\d+(?:\.\d+)?|[-+*/]", text[1:]), (*above, name))


FUNCTIONS = {"SUM": sum, "MAX": max, "MIN": min, "AVG": lambda v: sum(v) / len(v)}


def term(token, above):
    if m := re.fullmatch(r"([A-Z]+)\((..):(..)\)", token):
        return FUNCTIONS[m[1]]([value(cell, above) for cell in expand(m[2], m[3])])
    return value(token, above) if token[0].isalpha() else float(token)


def expression(tokens, above):
    terms, signs = [term(tokens[0], above)], [1]
    for op, token in zip(tokens[1::2], tokens[2::2]):
        operand = term(token, above)
        if op == "*":
            terms[-1] *= operand
        elif op == "/":
            terms[-1] /= operand
        else:
            terms.append(operand)
            signs.append(1 if op == "+" else -1)
    return sum(t * s for t, s in zip(terms, signs))


def shown(name):
    try:
        return f"{value(name):g}"
    except tuple(class_of_error) as error:
        print(f"  {name}: {type(error).__name__} {error}")
        return class_of_error[type(error)]


grid = {name: shown(name) for name in sorted(cells)}
for row in range(1, 4):
    print(" | ".join(f"{grid.get(f'{column}{row}', ''):>8}" for column in "ABCD"))
cells["B3"], cells["C3"] = "=A1", "7"
print({name: shown(name) for name in ("B2", "D3")})
