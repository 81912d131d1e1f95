import unicodedata

names = ["José", "Jose\u0301", "Ｊosé", "ﬁn", "Å", "Ω", "①"]
for form in ("NFC", "NFD", "NFKC", "NFKD"):
    print(form, [unicodedata.normalize(form, name) for name in names], [len(unicodedata.normalize(form, name)) for name in names])
print([unicodedata.is_normalized("NFC", name) for name in names])
print(names[0] == names[1], unicodedata.normalize("NFC", names[0]) == unicodedata.normalize("NFC", names[1]))
for bad in (lambda: unicodedata.normalize("NFX", "a"), lambda: unicodedata.normalize("NFC", 5), lambda: unicodedata.is_normalized("x", "a"), lambda: unicodedata.normalize(1, "a")):
    try:
        bad()
    except (ValueError, TypeError) as error:
        print(type(error).__name__, error)
