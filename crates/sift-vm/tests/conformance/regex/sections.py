doc = "# Title\nintro\n\n## One\nalpha\nbeta\n\n## Two\n\n### Sub\ngamma\n## Three"
heads = [(len(m[1]), m[2]) for m in re.finditer(r"^(#+) (.*)$", doc, re.M)]
print(heads)
parts = re.split(r"^(#+ .*)$", doc, flags=re.M)
print(len(parts), parts[0] == "", [part.strip() for part in parts[1:]])
for m in re.finditer(r"(?ms)^## (\w+)\n(.*?)(?=^## |\Z)", doc):
    print(m[1], repr(m[2]), m.span(2))
print(re.search(r"(?s)## One\n(.*?)\n\n", doc).group(1).split("\n"))
print(re.search(r"## One\n(.*?)\n\n", doc), re.sub(r"\n{2,}", "\n", doc).count("\n"))
