import re

terms = ["C++", "a.b", "(maybe)", "50%", "naïve", "back\\slash", "tab\there", "#1", "x|y", "~"]
text = "C++ and C; a.b or aXb; (maybe) 50% naïve back\\slash tab\there #1 x|y ~ c++"
for term in terms:
    escaped = re.escape(term)
    print(f"{escaped:<16} {len(re.findall(escaped, text))} {len(re.findall(escaped, text, re.I))}", re.fullmatch(escaped, term) is not None)
either = re.compile("|".join(map(re.escape, sorted(terms, key=len, reverse=True))), re.IGNORECASE)
print([(m.start(), m.group()) for m in either.finditer(text)])
marked, count = either.subn(lambda m: f"<{m[0]}>", text)
print(count, marked)
re.purge()
print(re.escape(""), re.escape("abc_123"), re.escape(" \n"), re.escape("a-b"), re.subn("", "-", "ab"), re.subn("x", "y", "ab"))
print(re.split("|".join(map(re.escape, [", ", "; "])), "a, b; c,d"), re.match(re.escape("["), "[x]"), bool(re.match("a", "ba")))
