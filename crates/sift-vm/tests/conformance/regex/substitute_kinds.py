print(re.sub("a", "b", "banana"), re.sub("a", "b", "banana", 2), re.sub("a", "b", "banana", count=-1), re.sub("", "-", "abc"))
print(re.sub("x*", "-", "abxd"), re.sub("^", "> ", "a\nb", flags=re.M), re.sub("$", "!", "a\nb\n"), re.sub("$", "!", "a\nb\n", flags=re.M))
print(re.sub(r"(\w+) (\w+)", r"\2 \1", "hello world again me"), re.sub(r"(a)|b", r"[\1]", "ab"), re.sub(r"(?P<x>\d)", r"<\g<x>\g<0>\g<1>0>", "a1"))
print(re.subn(r"\s+", " ", "a  b \n c"), re.subn("z", "y", "abc"), re.sub("(?i)B", "x", "abAB"))
print(re.sub(r"\d+", lambda m: str(int(m.group()) * 2), "1 a 22"), re.sub("b", r"\\", "abc"), re.sub("b", r"\n", "abc"))
print(re.sub("b", "\\\\g<0>", "abc"), re.sub("[ab]", lambda m: {"a": "1"}.get(m[0], "?"), "abc"))
p = re.compile("(?P<first>[a-z])([0-9])?")
print(p.sub(r"\g<first>:\2;", "a1b"), p.subn("", "a1b2", count=1), p.sub("x", "a1b2", 1))
for repl in [r"\3", r"\g<no>", r"\g<1", r"\g", r"\x", r"\g<-1>", r"\g<>", "\\"]:
    try:
        print(repl, p.sub(repl, "a1"))
    except (re.error, IndexError) as e:
        print(repl, type(e).__name__, e)
