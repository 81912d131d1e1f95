tests = ["", "a", "A", "abc", "ABC", "aB", "1", "12", "١٢", "²", "½", "Ⅷ", "一", " ", "\t\n", "\u00a0", "\x1c", "a b", "a1", "_x", "1x", "naïve", "Title Case", "Title case", "They'Re", "é", "\u0301", "ǅ", "class", "x-y", "\x00", "\u200b", "😀"]
for text in tests:
    print(ascii(text), [text.isalpha(), text.isalnum(), text.isdecimal(), text.isdigit(), text.isnumeric(), text.isspace(), text.isprintable(), text.isascii(), text.isupper(), text.islower(), text.istitle(), text.isidentifier()])
