print(re.findall(r"\b(\w+) \1\b", "the the cat sat sat on on1"), re.sub(r"(\w)\1+", r"\1", "aabbccc"))
print(re.findall(r"(['\"])(.*?)\1", "say 'it' or \"that's\""), re.match(r"(?P<tag>\w+)=(?P=tag)", "ab=ab").group("tag"))
print(re.fullmatch(r"(.)(.).?\2\1", "level")[0], re.fullmatch(r"(.)(.).?\2\1", "lever"), re.search(r"(?i)(a)\1", "xaAy").span())
print(re.findall(r"(\d)(\d)\2\1", "1221 1234 5665"), re.search(r"(a)?b\1c", "bc"), re.search(r"(a?)b\1c", "bc")[0])
print(re.match(r"(<)?\w+(?(1)>|$)", "<ab>")[0], re.match(r"(<)?\w+(?(1)>|$)", "<ab"), re.match(r"(?P<o>\()?x(?(o)\))", "(x)")[0])
print(re.findall(r"<(\w+)[^>]*>[^<]*</\1>", "<p a=1>x</p><q>y</r><i>z</i>"))
for bad in [r"(a)\2", r"\1(a)", r"(?P=no)", r"(a\1)", r"(?(2)a|b)", r"(?(no)a)", r"(?P<a>x)(?P<a>y)"]:
    try:
        re.compile(bad)
    except re.error as e:
        print(bad, "->", e)
