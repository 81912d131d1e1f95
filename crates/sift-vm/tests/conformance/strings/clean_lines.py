raw = "  alpha \t\n\n# comment\nbeta=1  # note\r\n\tgamma : 2\u00a0\n--- \nDELTA\n"
cleaned = []
for line in raw.splitlines():
    line = line.strip()
    if not line or line.startswith("#") or set(line) == {"-"}:
        continue
    line, _, note = line.partition("#")
    key, sep, value = line.replace(":", "=").partition("=")
    cleaned.append((key.strip().casefold(), value.strip() or None, note.strip()))
print(cleaned)
print(raw.split("\n")[2], raw.splitlines(keepends=True)[4:6], raw.strip()[:5], raw.lstrip()[:6], raw.rstrip()[-5:], raw.expandtabs(4)[:12])
print("xxhixx".strip("x"), "abcba".strip("ab"), "mississippi".lstrip("ims"), "a.b.c".rstrip(".c"), "prefix_name".removeprefix("prefix_"), "name.txt".removesuffix(".txt"), "a".removeprefix("b"))
print(" ".join("  many   spaces here ".split()), "-".join(["a"]), ",".join([]), "\n".join(str(n) for n in range(3)).split("\n"))
for bad in [[1, 2], ["a", None], 5]:
    try:
        ",".join(bad)
    except TypeError as e:
        print(e)
