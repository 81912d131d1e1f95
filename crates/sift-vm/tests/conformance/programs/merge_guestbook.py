import unicodedata
from difflib import SequenceMatcher

entries = ["Renée Müller", "Renee Muller", "RENÉE MÜLLER ", "Jörg Krauß", "Jorg Krauss", "Anna Lind", "Ana Lindt"]

def fold(name):
    name = unicodedata.normalize("NFKD", name.strip().casefold())
    return "".join(c for c in name if unicodedata.category(c) != "Mn")

guests = {}
for entry in entries:
    folded = fold(entry)
    same = next((known for known in guests if SequenceMatcher(None, known, folded).ratio() >= 0.9), folded)
    guests.setdefault(same, []).append(entry.strip())
for folded, spellings in guests.items():
    print(f"{folded}: {len(spellings)} {spellings}")
print(len(guests), "guests")
