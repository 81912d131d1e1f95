import re

TOKEN = re.compile(r"""
    (?P<number> \d+(?:\.\d*)?(?:[eE][+-]?\d+)? | \.\d+ )
  | (?P<name>   [^\W\d]\w* )
  | (?P<op>     \*\*|//|<=|>=|[-+*/%()<>=,] )
  | (?P<space>  \s+ )
  | (?P<wrong>  . )
""", re.VERBOSE)
LEVELS = {"<": 1, ">": 1, "<=": 1, ">=": 1, "+": 2, "-": 2, "*": 3, "/": 3, "//": 3, "%": 3, "**": 5}


def tokens(text):
    for m in TOKEN.finditer(text):
        if m.lastgroup == "wrong":
            raise SyntaxError(f"{m.group()!r} at {m.start()}")
        if m.lastgroup != "space":
            yield m.lastgroup, m.group()


def postfix(text):
    out, stack, before = [], [], "("
    for kind, part in tokens(text):
        if kind in ("number", "name"):
            out.append(part)
        elif part == "(":
            stack.append(part)
        elif part == ")":
            while stack and stack[-1] != "(":
                out.append(stack.pop())
            if not stack:
                raise SyntaxError("too many )")
            stack.pop()
        else:
            if part == "-" and (before == "(" or before in LEVELS):
                part = "neg"
            level = 4 if part == "neg" else LEVELS[part]
            while stack and stack[-1] != "(" and part != "neg" and (4 if stack[-1] == "neg" else LEVELS[stack[-1]]) >= level + (part == "**"):
                out.append(stack.pop())
            stack.append(part)
        before = part
    while stack:
        if stack[-1] == "(":
            raise SyntaxError("too many (")
        out.append(stack.pop())
    return out


def value(parts, names):
    stack = []
    for part in parts:
        if part == "neg":
            stack.append(-stack.pop())
        elif part in LEVELS:
            b, a = stack.pop(), stack.pop()
            stack.append({"+": lambda: a + b, "-": lambda: a - b, "*": lambda: a * b, "/": lambda: a / b, "//": lambda: a // b,
                          "%": lambda: a % b, "**": lambda: a ** b, "<": lambda: a < b, ">": lambda: a > b,
                          "<=": lambda: a <= b, ">=": lambda: a >= b}[part]())
        else:
            stack.append(names[part] if part in names else float(part) if "." in part or "e" in part.lower() else int(part))
    (result,) = stack
    return result


for text in ["1 + 2 * 3", "-(2 - x) ** 2", "2 ** 3 ** 2", "7 // 2 % 2 < .5", "1e3 / x", "8 / (4 - 4)", "(1", "1)", "3 $ 4", "1 2", "* 3", "y", ""]:
    try:
        parts = postfix(text)
        print(f"{text!r:<18}{' '.join(parts):<18}{value(parts, {'x': 5})}")
    except (SyntaxError, ZeroDivisionError, ValueError, IndexError) as e:
        print(f"{text!r:<18}{type(e).__name__}: {e}")
