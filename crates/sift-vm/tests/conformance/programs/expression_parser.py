# Expressions parsed by precedence and evaluated.
context = """1 + 2 * 3
(4 - 1) ** 2 / 3
-7 // 2
2 ** 3 ** 2
10 % (3 - 3)
1 +
sqrt(16) + max(1, 5)
"""

import re, math, operator
TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d+)?)|([a-z]+)|(\*\*|//|[-+*/%(),]))")
def tokenize(s):
    pos = 0
    while pos < len(s.rstrip()):
        m = TOKEN.match(s, pos)
        if not m: raise SyntaxError(f"bad character {s[pos]!r} at {pos}")
        pos = m.end()
        num, name, op = m.groups()
        if num: yield ("num", float(num) if "." in num else int(num))
        elif name: yield ("name", name)
        else: yield ("op", op)
    yield ("end", None)
BIN = {"+": (1, operator.add), "-": (1, operator.sub), "*": (2, operator.mul), "/": (2, operator.truediv), "//": (2, operator.floordiv), "%": (2, operator.mod), "**": (4, operator.pow)}
FUN = {"sqrt": math.sqrt, "max": max}
def evaluate(s):
    toks = list(tokenize(s)); i = 0
    def peek(): return toks[i]
    def advance():
        nonlocal i
        i += 1
        return toks[i - 1]
    def atom():
        kind, v = advance()
        if kind == "num": return v
        if (kind, v) == ("op", "-"): return -expr(3)
        if (kind, v) == ("op", "("):
            r = expr(0)
            if advance() != ("op", ")"): raise SyntaxError("expected )")
            return r
        if kind == "name":
            advance(); args = [expr(0)]
            while peek() == ("op", ","):
                advance(); args.append(expr(0))
            advance()
            return FUN[v](*args)
        raise SyntaxError(f"unexpected {v!r}")
    def expr(level):
        left = atom()
        while (t := peek())[0] == "op" and t[1] in BIN and BIN[t[1]][0] >= max(level, 1):
            prec, fn = BIN[advance()[1]]
            left = fn(left, expr(prec if t[1] == "**" else prec + 1))
        return left
    result = expr(0)
    if peek()[0] != "end": raise SyntaxError(f"trailing {peek()}")
    return result
results = []
for line in context.splitlines():
    try:
        r = evaluate(line)
    except (SyntaxError, ZeroDivisionError, KeyError) as e:
        r = f"{type(e).__name__}: {e}"
    except Exception:
        raise
    results.append(r)
    print(f"{line:<22} -> {r}")
