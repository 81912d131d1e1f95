p = re.compile(r"\d+")
text = "a12 b345 c6"
print(p.search(text, 3).span(), p.search(text, 0, 2)[0], p.search(text, 99), p.search(text, -5)[0], p.match(text, 1)[0], p.match(text))
print(p.findall(text, 3, 7), [m.span() for m in p.finditer(text, 2)], p.fullmatch(text, 5, 8)[0], p.fullmatch(text, 5), p.search(text, 5, 3))
m = p.search(text, 2, 9)
print(m.pos, m.endpos, m.string is text, m.re is p, m.span(), text[m.start():m.end()], m.regs)
at, found = 0, []
while (m := p.search(text, at)) is not None:
    found.append((m.start(), m[0]))
    at = m.end()
print(found, p.search("é1", 1).span(), p.findall("ééé12", 2), p.search(string="x9", pos=1)[0])
for wrong in [lambda: p.search(text, "1"), lambda: p.search(5), lambda: p.match(text, 1.0), lambda: p.findall(None)]:
    try:
        print(wrong())
    except TypeError as e:
        print(e)
