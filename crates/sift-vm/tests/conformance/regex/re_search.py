text = "The rain in Spain stays; naïve café Ünïcode 12 345"
for pattern in [r"ain", r"\bS\w+", r"(\w+)ï(\w*)", r"zzz", r"(?P<a>\d)(?P<b>\d)?", r"$", r"^The", r"café$"]:
    m = re.search(pattern, text)
    print(pattern, m, m and (m.group(), m.start(), m.end(), m.span(), m.groups(), m.groupdict(), m.lastindex, m.lastgroup))
for pattern in [r"The", r"rain", r"", r"(T)(x)?"]:
    m = re.match(pattern, text)
    print(pattern, m, m and (m.groups(), m.groups("-"), m.lastindex))
print(re.fullmatch(r"a+", "aaa"), re.fullmatch(r"a+", "aab"), re.fullmatch("a|ab", "ab"))
m = re.search(r"(?P<first>\w+) (?P<second>\w+)?( zz)?", text)
print(m["first"], m[2], m[0], m[3], m.group(1, "second", 0), m.group())
print(m.start("second"), m.end(2), m.span("first"), m.span(3), m.start(3), m.end(3))
print(m.expand(r"\2-\1 \g<first>\g<0>\n"), m.groupdict("none"))
print(m.string == text, m.re.pattern, m.pos, m.endpos)
for group in [4, "zzz", -1, 2 ** 80, None, 1.0]:
    try:
        print(m.group(group))
    except Exception as e:
        print(type(e).__name__, e)
try:
    m.start(9)
except IndexError as e:
    print(e)
print(re.search("(a)|b", "b").groups(), re.search("(a)|b", "b").lastindex, re.search("(a)|b", "b")[1])
print(bool(re.search("x", "x")), re.search("x", "y") is None)
if (n := re.search(r"(\d+) (\d+)", text)):
    print(int(n[1]) + int(n[2]), n.span(1), n.span(2))
print([f.span() for f in re.finditer(r"\w*ï\w*", text)])
print(re.search("a" * 60, "a" * 80))
print(re.search("\n'", "x\n'y"))
