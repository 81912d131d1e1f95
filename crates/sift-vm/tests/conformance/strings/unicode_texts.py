text = "naïve café — ΑΣΣ 漢字 \U0001f600 e\u0301"
print(len(text), text[3], text[-2:], text.find("漢"), text.index("\U0001f600"), [ord(c) for c in text[-3:]], text.upper(), text.isascii())
print(text.split(), text.replace("é", "e"), text.count("a"), sorted(set(text.lower()))[:8], text[::2], "\u00e9" == "e\u0301")
print(repr("\x00\x1f\x7f\xa0\xad\u200b\ufeff\U0001f600é"), ascii("é漢\U0001f600"), repr("it's"), repr('say "it\'s"'), "a\\b\t\x41\u0042")
table = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "!": None})
print("Größe über Äpfel!".translate(table), "abc".translate(str.maketrans("ab", "xy", "c")), "".join(c for c in text if c.isalpha()), "".join(reversed("añb")))
print(" ".join(w.capitalize() for w in "élan ångström ßharp".split()), "ǆ".title(), "ŉ".upper(), "İ".lower() == "i\u0307", "Σ".lower(), "ΟΔΟΣ".lower())
