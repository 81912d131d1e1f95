for text in ["a.b*c", "1+1=2?", "(x) [y] {z}", "^$|\\", "a b\tc\nd", "é~#&-_/@:;,'\"<>!%`", ""]:
    escaped = re.escape(text)
    print(escaped, re.fullmatch(escaped, text) is not None, re.findall(escaped, "<" + text + ">")[:1] == [text])
terms = ["C++", "C#", ".NET", "C"]
pattern = "|".join(re.escape(term) for term in sorted(terms, key=len, reverse=True))
print(pattern, re.findall(pattern, "C, C++, C# and .NET"), re.sub(re.escape("$1"), "x", "a$1b"))
query = "f(x) = a*b"
print(bool(re.search(re.escape(query), "so f(x) = a*b here")), bool(re.search(query, "so f(x) = a*b here")))
for bad in [5, None, ["a"]]:
    try:
        re.escape(bad)
    except TypeError as e:
        print(e)
