import re

cards = """NAME: Żółw, Anna
BORN: 1990-02-30
TEL: +48 22 123 45 67

name: O'Brien, Seán "Jack"
born: 1985-07-04
tel: (01) 555-0199
note: prefers e-mail: sean@example.org

NAME: li
TEL: n/a"""


def tidy(name):
    last, _, first = (part.strip() for part in name.partition(","))
    return f"{first} {last}".strip().title() if first else last.capitalize()


people = []
for block in re.split(r"\n\s*\n", cards):
    card = {}
    for line in block.splitlines():
        field, _, value = line.partition(":")
        card[field.strip().lower()] = value.strip()
    people.append(card)
for card in people:
    digits = "".join(filter(str.isdigit, card.get("tel", "")))
    grouped = " ".join(digits[i:i + 3] for i in range(0, len(digits), 3)) or "-"
    initials = "".join(word[0] for word in re.findall(r"\w+", tidy(card["name"]))).upper()
    print(f"{tidy(card['name']):<22}|{initials:^6}|{grouped:>16}|{card.get('born', '?')[:4]}")
print([sorted(card) for card in people], [len(card["name"]) for card in people])
print(max(people, key=lambda card: len(card.get("note", "")))["note"].rsplit(" ", 1)[-1], sum("note" in card for card in people))
print(sorted((card["name"].casefold() for card in people), key=lambda n: n[::-1]), people[0]["name"].upper())
for card in people:
    year, *rest = card.get("born", "").split("-")
    print(year.isdecimal(), rest, card["name"].split()[-1].strip('"'), card["name"].isupper(), card["name"].islower(), card["name"].isprintable())
