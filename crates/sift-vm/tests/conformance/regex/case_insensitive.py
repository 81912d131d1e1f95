print(re.findall("straße", "STRASSE Straße STRAßE", re.I), re.findall("é", "É", re.I), re.findall("σ", "Σσς", re.I), re.findall("k", "K\u212a", re.I), re.findall("k", "K\u212a", re.I | re.A))
print(re.findall("[a-z]+", "ABC def", re.I), re.findall("[^a-z]+", "ABC 12 def", re.I), re.sub("(?i)hello", "bye", "Hello HELLO hello"))
print(re.split("and", "a AND b And c", flags=re.IGNORECASE), re.search("(?i)WORLD", "hello world").start(), re.match("ABC", "abc", re.I)[0])
names = ["Ann", "ANNA", "bob", "Hannah"]
print([n for n in names if re.search("ann", n, re.I)], [n for n in names if re.fullmatch("ann.?", n, re.I)], [n for n in names if re.match("(?i:a)n", n)])
print(re.findall("i", "iIİı", re.I), re.findall("s", "sSſ", re.I), re.findall("µ", "µΜμ", re.I), re.findall("\\w+", "ÀÉ", re.I | re.A))
print(Counter(w.lower() for w in re.findall(r"\b[a-z]+\b", "The the THE a A", re.I)))
