# Case, with letters whose other case is longer or depends on the letters around them.
for text in ["", "abc", "ABC", "hello world", "they're bill's", "ŠŽ straße", "ΑΣ ΣΑ ΑΣΑ", "ǆ ǅ Ǆ", "ﬁne ﬂow", "x1y2 z", "İstanbul ıi", "o'neil-smith", "한국어", "\n\ttab"]:
    print([text.upper(), text.lower(), text.title(), text.capitalize(), text.swapcase(), text.casefold()])
print("STRASSE".casefold() == "straße".casefold())
