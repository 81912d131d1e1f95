spec = [("number", r"\d+(?:\.\d*)?"), ("name", r"[A-Za-z_]\w*"), ("op", r"[-+*/()=]"), ("space", r"[ \t]+"), ("line", r"\n"), ("bad", r".")]
master = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in spec))
def tokens(source):
    line, start = 1, 0
    for m in master.finditer(source):
        kind = m.lastgroup
        if kind == "line":
            line, start = line + 1, m.end()
        elif kind == "bad":
            raise ValueError(f"{m.group()!r} at {line}:{m.start() - start + 1}")
        elif kind != "space":
            yield kind, m.group(), line, m.start() - start
for token in tokens("x = 3.5*(y_1 - 2)\nz=x"):
    print(*token)
try:
    print(list(tokens("a = 1\nb = 2 ? 3")))
except ValueError as e:
    print(e)
print(master.groups, list(master.groupindex))
