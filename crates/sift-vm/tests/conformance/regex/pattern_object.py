p = re.compile(r"(?P<a>x)(y)?(?P<b>z)", re.I | re.S)
print(p, p.pattern, p.flags, p.groups, dict(p.groupindex), sorted(p.groupindex.items()))
print(p == re.compile(p.pattern, p.flags), p == re.compile(p.pattern), len({p, re.compile(p.pattern, re.S | re.I)}), isinstance(p, re.Pattern), isinstance(p.search("XZ"), re.Match))
print(re.compile(p) is p, re.search(p, "xyz").groups(), re.compile("é\n'").pattern, re.compile("é\n'"), re.compile("a" * 250).pattern == "a" * 250)
print(p.sub("-", "xz xyz"), p.split("1xz2"), p.findall("xyz XZ"), [m.lastgroup for m in p.finditer("xz")], p.subn("", "xzxz"))
compiled = {name: re.compile(source) for name, source in [("word", r"\w+"), ("num", r"\d+")]}
print({name: p.findall("ab 12") for name, p in compiled.items()}, re.purge())
for wrong in [lambda: re.compile(p, re.M), lambda: re.compile(5), lambda: re.compile(None), lambda: re.search(p, "a", re.I)]:
    try:
        print(wrong())
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
