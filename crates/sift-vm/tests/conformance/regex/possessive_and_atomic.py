print(re.match(r"a++b", "aaab")[0], re.match(r"a++ab", "aaab"), re.match(r"(?>a+)b", "aab")[0], re.match(r"(?>a|ab)c", "abc"))
print(re.match(r"a?+a", "a"), re.match(r"a*+", "aaa").end(), re.match(r"a{1,2}+a", "aa"), re.match(r"a{1,2}+a", "aaa")[0])
print(re.findall(r'"[^"]*+"', 'a "b" c "d'), re.findall(r"\w++(?=,)", "one, two three,"), re.sub(r"(?>\s+)$", "", "end   "))
print(re.match(r"(?:(a)|b)++c", "abac").groups(), re.match(r"(?>(\d+)-)?(\d+)", "12-34").groups())
print(re.search(r"(?>x*)(?=y)", "xxy").span(), re.compile("a++").pattern, re.compile("(?>a)").groups)
for bad in ["a+++", "a**", "a{2}{3}", "a?*", "(?>a"]:
    try:
        re.compile(bad)
    except re.error as e:
        print(bad, e.msg, e.pos)
