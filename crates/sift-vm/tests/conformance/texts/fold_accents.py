import unicodedata

def fold(text):
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()

guests = ["Zoë", "ZOE", "François", "Francois", "Ærø", "Łukasz", "naïve café", "Straße"]
for guest in guests:
    print(guest, fold(guest))
print(len(set(map(fold, guests))), sorted(guests, key=fold))
print([unicodedata.combining(c) for c in unicodedata.normalize("NFD", "ọ́")])
print(unicodedata.is_normalized("NFKD", fold("é")), unicodedata.is_normalized("NFC", "e\u0301"), unicodedata.is_normalized("NFD", "é"))
for bad in (lambda: unicodedata.combining("ab"), lambda: unicodedata.is_normalized("NFC", None)):
    try:
        bad()
    except TypeError as error:
        print(error)
