text = "The cat's toy -- the CAT saw the co-op; naïve Ünïts, don't e-mail 3rd parties… THE end."
words = re.findall(r"[^\W\d_]+(?:['-][^\W\d_]+)*", text.lower())
print(words)
print(Counter(words).most_common(2), re.findall(r"\b[A-Z]{2,}\b", text))
print(re.findall(r"\b(\w)\w*\b", text)[:8], len(re.findall(r"\w+", text)), len(re.findall(r"\w+", text, re.A)))
print(re.findall(r"(?i)\bthe\b", text), [m.start() for m in re.finditer("the", text, re.I)])
print(re.sub(r"\b(\w)(\w*)", lambda m: m[1].upper() + m[2], "one two-three o'four"))
print(re.split(r"\W+", text, maxsplit=3), re.split(r"[^\w']+", "a, b 'c' d"))
