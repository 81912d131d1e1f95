def kind(token):
    if token.isdecimal():
        return "decimal"
    if token.isdigit():
        return "digit"
    if token.isnumeric():
        return "numeric"
    if token.isidentifier():
        return "identifier"
    if token.isspace():
        return "space"
    if not token.isprintable():
        return "unprintable"
    if token.isalnum():
        return "alnum"
    return "ascii" if token.isascii() else "other"


for token in ["123", "²", "½", "٣", "name", "_x1", "1x", "é", " ", "\t\n", "\x00", "a b", "!", "→", "", "日本", "x½"]:
    print(repr(token), kind(token), token.isalpha(), token.isascii(), token.isalnum(), token.isidentifier())
counts = Counter(kind(t) for t in "x = 12 + y_2 * ( ½ - 3a )".split(" "))
print(sorted(counts.items()))
print("".join(c if c.isalnum() else "_" for c in "a b-c.d"), "".join(filter(str.isdigit, "tel: +49 (30) 123-45")))
