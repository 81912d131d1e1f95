import unicodedata as u


def attempt(f, *args):
    try:
        print(ascii(f(*args)))
    except Exception as error:
        print(type(error).__name__, error)


for name in ("LATIN SMALL LETTER E WITH ACUTE", "euro sign", "SNOWMAN", "NO SUCH NAME", "", "HANGUL SYLLABLE GAG", "CJK UNIFIED IDEOGRAPH-4E00", "DIGIT NINE"):
    attempt(u.lookup, name)
attempt(u.lookup, 5)
attempt(u.lookup)
words = ["Ångström", "naïve", "ﬁne", "ｆｕｌｌ", "e\u0301", "½", "plain"]
for word in words:
    forms = {form: u.normalize(form, word) for form in ("NFC", "NFD", "NFKC", "NFKD")}
    print(f"{ascii(word):<28}", [len(text) for text in forms.values()], [u.is_normalized(form, word) for form in forms], ascii(forms["NFKD"])[:30])
attempt(u.is_normalized, "NFX", "a")
attempt(u.is_normalized, "NFC")
attempt(u.is_normalized, "NFC", 5)
attempt(u.normalize, "nfc", "a")
plain = ["".join(c for c in u.normalize("NFD", w) if not u.combining(c)) for w in words]
print([p.isascii() for p in plain], plain[0], [u.lookup(u.name(c)) == c for c in "aé€½"])
for f in (u.category, u.bidirectional, u.combining, u.mirrored, u.east_asian_width):
    attempt(f, "ab")
    attempt(f, "é")
for f in (u.decimal, u.digit, u.numeric, u.name):
    attempt(f, "x")
    attempt(f, "\n", "none")
    attempt(f, "")
