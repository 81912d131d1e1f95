PAIRS = {")": "(", "]": "[", "}": "{"}


def check(source):
    """Tells where brackets do not fit, or None."""
    stack, quote = [], None
    line, column = 1, 0
    previous = ""
    for char in source:
        column += 1
        if char == "\n":
            line, column = line + 1, 0
        if quote:
            if char == quote and previous != "\\":
                quote = None
        elif char in "'\"":
            quote = char
        elif char in PAIRS.values():
            stack.append((char, line, column))
        elif char in PAIRS:
            if not stack:
                return f"{line}:{column}: {char!r} closes nothing"
            opened, at_line, at_column = stack.pop()
            if opened != PAIRS[char]:
                return f"{line}:{column}: {char!r} closes {opened!r} of {at_line}:{at_column}"
        previous = char
    else:
        if quote:
            return f"{line}:{column}: text is not closed"
    return f"{stack[-1][1]}:{stack[-1][2]}: {stack[-1][0]!r} is not closed" if stack else None


sources = ["f(a[1], {b: c})", "f(a[1)]", "((\n [)", ")", "'(' + \"[\"", r"'it\'s (' )", "x = {\n  'a': [1,\n  2\n}", "", "'open"]
for source in sources:
    print(f"{source!r:<28}", check(source) or "fits")


def depth(source):
    deepest = level = 0
    for char in source:
        level += (char in "([{") - (char in ")]}")
        deepest = max(deepest, level)
    return deepest


def parse(tokens):
    """Reads nested lists: the opening bracket has been read."""
    items = []
    for token in tokens:
        if token == ")":
            return items
        items.append(parse(tokens) if token == "(" else int(token) if token.lstrip("-").isdigit() else token)
    raise SyntaxError("missing )")


for text in ("( add 1 ( mul 2 -3 ) )", "( a ( b", "( )"):
    tokens = iter(text.split())
    next(tokens)
    try:
        print(parse(tokens), depth(text))
    except SyntaxError as error:
        print("SyntaxError", error, depth(text))
