import unicodedata
from collections import Counter

text = "Größe: 12½ m², ٣ Stück — «naïve»\t🎉 漢字\u200b"
for char in text[:14]:
    print(repr(char), unicodedata.category(char), unicodedata.bidirectional(char), unicodedata.east_asian_width(char))
print(Counter(unicodedata.category(char)[0] for char in text))
print("".join(c for c in text if unicodedata.category(c)[0] not in "PSC"))
print([unicodedata.mirrored(c) for c in "(a«"], [unicodedata.bidirectional(c) for c in "aא1٣ "])
width = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in "漢字ab")
print(width)
for function in (unicodedata.category, unicodedata.bidirectional, unicodedata.east_asian_width, unicodedata.mirrored):
    try:
        function("")
    except TypeError as error:
        print(error)
