lines = [f"{n:05d} user{n % 17} says \"word {n * 7 % 101}\" in room-{n % 5}" for n in range(3000)]
text = "\n".join(lines) + "\n"
print(len(text), len(re.findall(r"user\d+", text)), len(re.findall(r'"[^"]*"', text)), len(re.findall(r"(?s)says.*?room", text)))
print(len(re.findall(r"\b\w+\b", text)), len(re.findall(r".*room-3$", text, re.M)), len(re.findall(r"(\d+) user(\d+)\s+says", text)))
print(re.search(r"(?s)word 100\".*?word 99\"", text).span(), re.search(r"(?s).*room-(\d)", text).span(1), len(re.split(r"\s+", text)))
print(len(re.sub(r"\s+", " ", text)), re.subn(r"(?<=room-)\d", "#", text)[1], len(re.findall(r"(\w)\1", text)), len(re.findall(r"[^\n]*\n[^\n]*\n", text)))
print(len(re.findall(r"é|\bword\b|–", text + "é–")), len(re.findall(r"\b\w+\b", text + "naïve e\u0301")), re.findall(r"[\s\S]{5}\Z", text))
found = 0
for m in re.finditer(r"(?s)00(\d)\d\d (.*?)\n", text):
    found += m.end(2) - m.start(2)
    if m[1] == "9":
        break
print(found, m.span(), len(re.findall(r"(?:user1|user2)\D(?:.|\n){0,20}?word", text)))
