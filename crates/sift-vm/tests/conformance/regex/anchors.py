text = "first line\nsecond line\n"
print(re.findall(r"^\w+", text), re.findall(r"^\w+", text, re.M), re.findall(r"\w+$", text), re.findall(r"\w+$", text, re.M))
print(re.findall(r"\A\w+", text, re.M), re.findall(r"\w+\Z", text), re.findall(r"\w+\n\Z", text), re.search(r"$", text).start(), [m.start() for m in re.finditer("$", text)])
print([m.span() for m in re.finditer("(?m)$", text)], [m.start() for m in re.finditer("(?m)^", text)], re.search(r"\Z", text).start())
print([m.start() for m in re.finditer(r"\b", "ab c")], [m.start() for m in re.finditer(r"\B", "ab c")], re.findall(r"\bcat\b", "cat cats a-cat"))
print(re.match(r"line", text), re.search(r"line", text).span(), re.fullmatch(r".*", text), re.fullmatch(r"(?s).*", text).end(), re.fullmatch("a|ab", "ab")[0])
p = re.compile("^b|b$")
print(p.search("ab", 1), p.match("ab", 1), p.search("ba", 0, 1), p.search("ab").span(), re.compile("^").search("ab", 1))
