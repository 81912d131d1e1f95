import operator as op
import re

BINARY = {"+": (1, op.add), "-": (1, op.sub), "*": (2, op.mul), "/": (2, op.truediv), "//": (2, op.floordiv), "%": (2, op.mod), "**": (4, op.pow), "<<": (0, op.lshift), ">>": (0, op.rshift),
          "&": (-1, op.and_), "^": (-2, op.xor), "|": (-3, op.or_), "<": (-4, op.lt), "<=": (-4, op.le), ">": (-4, op.gt), ">=": (-4, op.ge), "==": (-4, op.eq), "!=": (-4, op.ne)}
UNARY = {"-": op.neg, "+": op.pos, "~": op.inv, "!": op.not_}


def evaluate(text):
    tokens = re.findall(r"\d+\.\d+|\d+|\*\*|//|<<|>>|[<>=!]=|[-+*/%&|^~!()<>]", text)
    position = 0

    def peek():
        return tokens[position] if position < len(tokens) else None

    def take():
        nonlocal position
        position += 1
        return tokens[position - 1]

    def operand():
        token = take()
        if token == "(":
            value = expression(-9)
            if take() != ")":
                raise SyntaxError("missing )")
            return value
        if token in UNARY:
            return UNARY[token](expression(3))
        return float(token) if "." in token else int(token)

    def expression(least):
        left = operand()
        while (token := peek()) in BINARY and BINARY[token][0] >= least:
            level, function = BINARY[take()]
            left = function(left, expression(level + (token != "**")))
        return left

    return expression(-9)


for text in ("1 + 2 * 3", "2 ** 3 ** 2", "-2 ** 2", "(1 + 2) * -3", "7 // 2 % 2", "1 << 4 | 3", "6 ^ 3 & 2", "~5 + 1", "10 - 4 - 3", "1.5 / 2", "3 < 4 == 1", "!0", "5 >= 5", "9 >> 1 != 4", "2 <= 1", "8 > 7"):
    print(f"{text:<14} = {evaluate(text)!r}")
for text in ("1 / 0", "(1 + 2", "2 *", "1 << -1", "5 % 0", "0 ** -1", "1.5 | 2"):
    try:
        print(text, evaluate(text))
    except (ArithmeticError, SyntaxError, IndexError, TypeError, ValueError) as error:
        print(f"{text:<14} ! {type(error).__name__}: {error}")
