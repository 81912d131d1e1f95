PAIRS = {")": "(", "]": "[", "}": "{", ">": "<"}


def check(text):
    stack, deepest = [], 0
    quote = None
    for at, c in enumerate(text):
        if quote:
            quote = None if c == quote else quote
        elif c in "'\"":
            quote = c
        elif c in PAIRS.values():
            stack.append((c, at))
            deepest = max(deepest, len(stack))
        elif c in PAIRS:
            if not stack:
                return f"{c!r} at {at} closes nothing"
            opened, where = stack.pop()
            if opened != PAIRS[c]:
                return f"{c!r} at {at} closes {opened!r} of {where}"
    if quote:
        return f"open quote {quote}"
    return f"open: {', '.join(f'{c}@{at}' for c, at in stack)}" if stack else deepest


for text in ["", "a(b[c]{d})", "(]", "((<>)", ")", "'('", '("it\'s")', "x" * 3 + "(" * 4 + ")" * 4, '"', "[(])"]:
    print(f"{text!r:<22}", check(text))
nested = [1, [2, [3, [], [4]]], (5, {"k": [6]})]


def depth(value):
    if isinstance(value, dict):
        value = value.values()
    elif not isinstance(value, (list, tuple)):
        return 0
    return 1 + max(map(depth, value), default=0)


def flatten(value):
    plain = isinstance(value, (list, tuple))
    for item in (value if plain else value.values() if isinstance(value, dict) else ()):
        if isinstance(item, (list, tuple, dict)):
            yield from flatten(item)
        else:
            yield item


print(depth(nested), list(flatten(nested)), depth([]), depth(3), repr(nested).count("["), check(repr(nested)))
