text = "From 2024-01-31 to 1/2/2024, on March 5, 2023 and 5 Apr 21; not 2024-13-45x or 99/99."
iso = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
print(iso.findall(text), iso.search(text).span(), iso.search(text, 6))
months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
named = re.compile(r"(?i)\b(?:(\d{1,2})\s+)?(%s)[a-z]*\.?(?:\s+(\d{1,2}),)?\s+(\d{2,4})" % "|".join(months))
for m in named.finditer(text):
    day = m[1] or m[3]
    year = int(m[4]) if len(m[4]) == 4 else 2000 + int(m[4])
    print((year, months.index(m[2][:3].title()) + 1, int(day)), m.regs)
print(re.sub(r"(\d{1,2})/(\d{1,2})/(\d{4})", r"\3-\2-\1", text))
print(re.sub(r"(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)", r"\g<d>.\g<m>.\g<y>", text))
