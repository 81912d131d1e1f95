import re
from fractions import Fraction

book = """== Pancakes (serves 4) ==
2 cups flour
1 1/2 cups milk
1/4 tsp salt
2 eggs

== Omelette (serves 1) ==
3 eggs
1/8 tsp salt
a pinch of pepper
"""
amount = re.compile(r"^(?P<number>\d+(?: \d+/\d+)?|\d+/\d+)(?: (?P<unit>cups?|tsp))? (?P<what>.+)$")
recipes, current = {}, None
for line in filter(None, map(str.strip, book.splitlines())):
    if head := re.fullmatch(r"== (.+) \(serves (\d+)\) ==", line):
        current = recipes.setdefault(head[1], {"serves": int(head[2]), "items": [], "free": []})
    elif m := amount.match(line):
        number = sum(map(Fraction, m["number"].split()))
        current["items"].append((m["what"], number, (m["unit"] or "").rstrip("s")))
    else:
        current["free"].append(line)


def scaled(name, people):
    recipe = recipes[name]
    return [(what, n * Fraction(people, recipe["serves"]), unit) for what, n, unit in recipe["items"]]


def shown(n):
    whole, part = divmod(n, 1)
    return " ".join(str(x) for x in (whole, part) if x) or "0"


for name, people in (("Pancakes", 6), ("Omelette", 3)):
    print(f"{name} for {people}: " + "; ".join(f"{shown(n)} {unit} {what}".replace("  ", " ") for what, n, unit in scaled(name, people)))
shopping = {}
for name in recipes:
    for what, n, unit in scaled(name, 2):
        key = what, unit
        shopping[key] = shopping.get(key, 0) + n
for (what, unit), n in sorted(shopping.items()):
    print(f"{what:<6}{shown(n):>6} {unit:<4}{float(n):>7.3f} {n!r}")
print({name: r["free"] for name, r in recipes.items() if r["free"]})
try:
    scaled("Soup", 2)
except KeyError as e:
    print("no recipe", e)
