print(re.sub("a", "b", "banana"), re.sub("a", "b", "banana", 2), re.sub("a", "b", "banana", count=-1), re.sub("x", "y", "banana"))
print(re.sub(r"(\w+) (\w+)", r"\2 \1", "hello world"), re.sub(r"(?P<x>\d)", r"<\g<x>\g<0>>", "a1b2"), re.sub("a", r"\n\t\\", "a"))
print(re.sub("", "-", "abc"), re.sub("x*", "-", "axb"), re.sub("b|", "_", "abc"), re.sub(r"(a)|b", r"[\1]", "ab"))
print(re.subn("a", "b", "banana"), re.subn("x", "y", "banana"), re.compile("a").subn(lambda m: m[0] + m[0], "banana", 2))
print(re.sub(r"\d+", lambda m: str(int(m.group()) * 2), "3 apples, 10 pears"), re.sub(r"\w+", lambda m: "<" + m[0] + ">", "ann bob", count=1))
print(re.sub(r"(\d+)-(\d+)", lambda m: f"{m[2]}-{m[1]}@{m.start()}", "äö 1-2 ü 3-4"))
print(re.sub("a", lambda m: None, "banana"), repr(re.sub("a", "", "aaa")), re.sub(r"\s+", " ", "  lots \n of\tspace "))
print(re.sub("(?i)ANN", "Bob", "ann Ann"), re.sub("ann", "Bob", "ANN", flags=re.I), re.sub(r"[^\w\s]", "", "a.b,c!d"))
print(re.sub(r"\$(\d+)", r"\\\1", "$5"), re.sub("a", r"\g<0>\g<0>", "aba"), re.sub(".", r"\055", "x"), re.sub("(x)", r"\1\060", "x"))
def once(m):
    seen[:] = seen + [m.span()]
    return str(len(seen))
seen = []
print(re.sub("a", once, "banana"), seen)
print(re.compile("a").sub("-", "banana", 1), re.compile("a").sub(repl="-", string="banana"))
def attempt(*args, **named):
    try:
        print(re.sub(*args, **named))
    except Exception as e:
        print(type(e).__name__, e)
attempt("(a)", r"\2", "a")
attempt("(a)", r"\g<b>", "a")
attempt("a", r"\g<1", "a")
attempt("a", r"\q", "a")
attempt("a", "x", None)
attempt("a", "x", 5)
attempt("(", "x", "a")
attempt("a", lambda m: 5, "ba")
attempt("a", lambda m: m.nothing, "ba")
attempt("b", lambda m: 1 / 0, "ac")
attempt("a", "b", "aa", "1")
print(re.escape("a.b*c [x] -~#&é\n"), re.sub(re.escape("1+1"), "2", "1+1=2"), re.escape(""))
re.purge()
