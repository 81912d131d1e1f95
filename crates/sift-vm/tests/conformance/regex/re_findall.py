print(re.findall(r"\d+", "1 22 333"), re.findall(r"(\w)(\d)?", "a1b c2"), re.findall(r"(\w)\d", "a1b c2"))
print(re.findall("", "abc"), re.findall("a*", "baac"), re.findall("x", ""), re.findall("", ""))
print(re.findall(r"^\w+", "ab\ncd", re.M), re.findall(r"^\w+", "ab\ncd"), re.findall("a.b", "a\nb axb", flags=re.S))
print(re.findall("É", "éÉ", re.I), re.findall(r"\w+", "añb", re.A), re.findall(r"a b # comment", "ab a b", re.X))
print(re.findall(r"(?i)straße|strasse", "STRASSE Straße"), re.findall(r"(?im)^x$", "X\nx"))
print(re.split(r"[,;]\s*", "a, b;c,d"), re.split(r"([,;])", "a,b;c"), re.split(",", ""), re.split("", "ab"))
print(re.split(r"(x)|(,)", "axb,c"), re.split(",", "a,b,c", 1), re.split(",", "a,b,c", maxsplit=-1), re.split(r"\b", "hi you"))
print(re.split(r"\s+", "  lead and trail  "), re.split("A", "bacAd", flags=re.I), re.compile(",").split("a,b,c", maxsplit=1))
print([m.group() for m in re.finditer(r"(?=(\w\w))", "abc")], [m[1] for m in re.finditer(r"(?=(\w\w))", "abc")])
it = re.finditer("a", "aa")
print(next(it).span(), next(it).span(), next(it, "end"))
print(re.findall(r"(?<!\d)\d{3}(?!\d)", "123 4567 890"), re.findall(r"(\w)\1", "aabbcd"), re.findall(r"(?P<q>['\"]).*?(?P=q)", "'a' \"b\""))
rows = re.findall(r"^(\w+)\s*:\s*(.*)$", "name: Ann\nage : 31\nempty:\n", re.MULTILINE)
print(rows, dict(rows))
for bad in [None, 5, ["a"]]:
    try:
        re.findall("a", bad)
    except TypeError as e:
        print(e)
try:
    re.findall(5, "a")
except TypeError as e:
    print(e)
