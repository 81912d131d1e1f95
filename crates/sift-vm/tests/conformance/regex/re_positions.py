text = "äbc abc äbc"
p = re.compile(r"abc|äbc")
for pos, endpos in [(0, 99), (1, 99), (4, 7), (5, 7), (4, 6), (-5, 3), (9, 2), (11, 11), (200, 300)]:
    m = p.search(text, pos, endpos)
    print(pos, endpos, m, m and (m.pos, m.endpos), p.match(text, pos, endpos), p.fullmatch(text, pos, endpos),
          p.findall(text, pos, endpos), [f.span() for f in p.finditer(text, pos, endpos)])
q = re.compile(r"^b|c$")
print(q.search(text, 1), q.search(text, 0, 3), q.search("b\nb", 2), re.compile("^b", re.M).search("b\nb", 1))
print(re.compile(r"(?<=ä)b").search(text, 1), re.compile(r"\bbc").search(text, 1))
print(re.compile("x*").findall("axb", 1), re.compile("").findall("abc", 2), re.compile("").findall("abc", 5))
print(p.search(string=text, pos=3).span(), p.match(text, pos=4).span(), p.search(text, endpos=2))
for bad in ["1", 1.5, None]:
    try:
        p.search(text, bad)
    except TypeError as e:
        print(e)
