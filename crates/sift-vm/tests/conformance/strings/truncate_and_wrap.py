text = "It was the best of times, it was the worst of times, it was the age of wisdom"
def shorten(text, width, mark="..."):
    return text if len(text) <= width else text[:width - len(mark)].rsplit(" ", 1)[0].rstrip(",") + mark
for width in [10, 20, 40, 200]:
    print(width, repr(shorten(text, width)))
def wrap(text, width):
    lines, line = [], ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return lines + [line] if line else lines
for line in wrap(text, 25):
    print(f"|{line:<25}|{line:>25}|{line:^25}|{len(line):2d}")
print([text[i:i + 20] for i in range(0, len(text), 20)], f"{text:.15}", f"{text:>.5}|", text[:0] == "", len(wrap("", 5)))
