import re

patterns = [r"(a|ab)(c|bcd)(d*)", r"(?:(\w)\1)+", r"^(?:(\d+)-)?(\d+)$", r"(x)?(y)?z", r"(?P<q>['\"])(.*?)(?P=q)", r"a{2,3}?", r"(?:a*)*b", r"(a)|(b)|(c)", r"\b(\w+)\b(?=.*\b\1\b)", r"(?<!\d)\d{2}(?!\d)", r"(?s:.)\Z", r"[^\W\d_]+", r"(?m)^\s*$", r"(?x) a  b # comment"]
texts = ["abcd", "aabbcc", "12-34", "z yz xyz", "say 'it' or \"that's\"", "aaaa", "the cat the dog", "7 12 345 67", "line\n\nend\n", "ab é_1", ""]
for pattern in patterns:
    compiled = re.compile(pattern)
    row = []
    for text in texts:
        m = compiled.search(text)
        row.append("-" if m is None else f"{m.start()}:{m.group()!r}{list(m.groups()) if m.groups() else ''}")
    print(pattern, "|", " ".join(row))
    print("   ", [compiled.findall(text)[:3] for text in texts[:6]], compiled.sub("_", texts[0]), compiled.split(texts[2]))
