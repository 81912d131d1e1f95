import unicodedata

def width(text):
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in ("W", "F") else 1 for c in text)

rows = [("東京", 13960000), ("Zürich", 434008), ("e\u0301tude", 1), ("ﾊﾝｶｸ", 2), ("Ｗｉｄｅ", 3)]
for name, value in rows:
    print(name + " " * (12 - width(name)) + f"{value:>10,}")
print([unicodedata.east_asian_width(c) for c in "東ZａﾊΩ"], [unicodedata.mirrored(c) for c in "<[∈"])
print([unicodedata.category(c) for c in "\u0301\u00a0\u00ad_$+^|"], [unicodedata.bidirectional(c) for c in "\u0301$,%"])
print(unicodedata.numeric("Ⅷ"), unicodedata.digit("⑨"), unicodedata.decimal("๙"), unicodedata.name("Ⅷ"), unicodedata.lookup("ROMAN NUMERAL EIGHT"))
try:
    width(5)
except TypeError as error:
    print(error)
