def tokens(text):
    for token in re.findall(r"\d+\.?\d*|[-+*/()]", text):
        yield float(token) if token[0].isdigit() else token


PRECEDENCE = {"+": 1, "-": 1, "*": 2, "/": 2}


def to_postfix(text):
    output, operators = [], []
    for token in tokens(text):
        if isinstance(token, float):
            output.append(token)
        elif token == "(":
            operators.append(token)
        elif token == ")":
            while operators[-1] != "(":
                output.append(operators.pop())
            operators.pop()
        else:
            while operators and PRECEDENCE.get(operators[-1], 0) >= PRECEDENCE[token]:
                output.append(operators.pop())
            operators.append(token)
    return output + operators[::-1]


def evaluate(text):
    stack = []
    for token in to_postfix(text):
        if isinstance(token, float):
            stack.append(token)
            continue
        b, a = stack.pop(), stack.pop()
        stack.append({"+": a + b, "-": a - b, "*": a * b, "/": a / b if b else float("inf")}[token])
    return stack[0]


for text in ["1 + 2 * 3", "(1 + 2) * 3", "10 / 4 - 1", "2 * (3 + 4) * 5", "1 / 0"]:
    print(text, "=", evaluate(text), to_postfix(text))
