import re
from operator import itemgetter

ledger = """\
XII asses to Gaius
IIII cows to Titus
MCMXCIV coins to Gaius
IIX goats to Livia
nulla sheep to Titus
XLII cows to Gaius"""
NUMERALS = [(1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")]
STRICT = re.compile(r"M*(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")


def to_roman(n):
    if not 0 < n < 4000:
        raise ValueError(f"no numeral for {n}")
    text = ""
    for value, numeral in NUMERALS:
        times, n = divmod(n, value)
        text += numeral * times
    return text


def from_roman(text, strict=False):
    if strict and not (text and STRICT.fullmatch(text)):
        raise ValueError(f"not well formed: {text}")
    values = [dict((n, v) for v, n in NUMERALS if len(n) == 1)[c] for c in text]
    return sum(-a if a < b else a for a, b in zip(values, values[1:] + [0]))


accounts = {}
for line in ledger.splitlines():
    amount, what, _, who = line.split()
    try:
        number = from_roman(amount, strict=True)
    except ValueError as e:
        try:
            number = from_roman(amount)
            print(e, "- read as", number)
        except KeyError as letter:
            print(f"skipped {line!r}: {letter}")
            continue
    accounts.setdefault(who, {}).setdefault(what, []).append(number)
for who, things in sorted(accounts.items(), key=lambda kv: -sum(map(sum, kv[1].values()))):
    best = max(((what, sum(ns)) for what, ns in things.items()), key=itemgetter(1))
    print(f"{who:<6}{len(things)} kinds, most {best[0]} ({to_roman(best[1])})")
assert all(from_roman(to_roman(n), strict=True) == n for n in range(1, 4000, 37))
print([to_roman(n) for n in (4, 9, 14, 40, 90, 400, 1999, 3888)], len(max(map(to_roman, range(1, 2000)), key=len)))
for n in (0, 4000):
    try:
        to_roman(n)
    except ValueError as e:
        print(e)
