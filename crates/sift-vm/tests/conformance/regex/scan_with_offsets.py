import re

text = "Order #12 shipped; order #7 is late. ORDER #130 was lost (see #7)."
for m in re.finditer(r"(order )?#(\d+)", text, flags=re.I):
    before, after = text[max(0, m.start() - 6):m.start()], text[m.end():m.end() + 6]
    print(f"{m.start():>3}-{m.end():<3} {m.group(2):>4} {m.span(1)} {before!r} {after!r} {m.lastindex}")
found = re.finditer("z", text)
print(next(found, "nothing"), [m.group() for m in re.finditer(r"\b\w{6,}\b", text)], [m.start() for m in re.finditer("", "abc")])
re.purge()
print(re.fullmatch(r"[\w\s#;.()]+", text) is not None, re.fullmatch("order", "order\n"), re.match("order$", "order\n"), re.match("Order", text).end())
replaced, n = re.subn(r"#(?P<n>\d+)", lambda m: "#" + m["n"].zfill(4), text, count=2)
print(n, replaced)
for pattern in ("*", "a{2,1}", "(?P<1>a)", "[z-a]", "(?<=a+)b", r"\p{L}", "(a", "a)", "(?P<n>a)(?P<n>b)", "x**", r"\1", "(?z)", "[[:alpha:]", "(?P=q)"):
    try:
        print(pattern, re.compile(pattern).groups)
    except re.error as error:
        print(pattern, "->", error, error.pos)
