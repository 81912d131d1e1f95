text = 'She said "yes" and then “no”; cf. [12], [3-5] and (Smith, 2019; Lee & Ray, 2021). It\'s "a \\"nested\\" case".'
print(re.findall(r'"((?:[^"\\]|\\.)*)"', text))
print(re.findall("“(.*?)”", text), re.findall(r"\[(\d+)(?:-(\d+))?\]", text))
for m in re.finditer(r"\(([^()]*)\)", text):
    for author, year in re.findall(r"([A-Z]\w+(?: & [A-Z]\w+)?), (\d{4})", m.group(1)):
        print(author, int(year), m.span())
print(re.sub(r"\s*\[[\d\-]+\]", "", text)[:60])
print(re.split(r"(?<=[.;])\s+", text))
try:
    print(re.search(r"\{(\d+)\}", text).group(1))
except AttributeError as e:
    print(e)
