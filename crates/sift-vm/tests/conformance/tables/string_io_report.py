import io

def report(rows):
    out = io.StringIO()
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        out.write(f"{name:<{width}} {'#' * value}\n")
    out.write("-" * 12 + "\n")
    out.write(f"total {sum(value for _, value in rows)}\n")
    return out.getvalue()

text = report([("north", 3), ("south-east", 5), ("west", 1)])
print(text, end="")
lines = io.StringIO(text)
longest = max(lines, key=len)
print(repr(longest), lines.tell() == len(text))
