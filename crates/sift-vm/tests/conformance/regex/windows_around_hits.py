text = ("lorem ipsum dolor " * 20 + "NEEDLE one " + "sit amet " * 10 + "needle two. ") * 2
hits = list(re.finditer("needle", text, re.I))
print(len(hits), [m.start() for m in hits])
for m in hits[:3]:
    start, end = max(0, m.start() - 12), min(len(text), m.end() + 8)
    print(start, end, repr(text[start:end]))
merged = []
for m in hits:
    a, b = max(0, m.start() - 60), m.end() + 60
    if merged and a <= merged[-1][1]:
        merged[-1] = (merged[-1][0], b)
    else:
        merged.append((a, b))
print(merged, [len(text[a:b]) for a, b in merged])
print(Counter(m.group() for m in hits), text[hits[-1].end():].strip())
