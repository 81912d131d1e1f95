# Recipes scaled to other servings, with quantities as fractions.
context = """# Pancakes (serves 4)
- 250 g flour
- 2 1/2 cups milk
- 3 eggs

# Flatbread (serves 6)
- 1 1/4 kg flour
- 500 ml water
- 1/2 tsp salt

# Roux (serves 2)
- 30 g flour
- 30 g butter
"""

from fractions import Fraction
import re
recipes = {}
for block in re.split(r"^# ", context, flags=re.M)[1:]:
    head, *rows = block.strip().splitlines()
    m = re.match(r"(?P<name>\w+) \(serves (?P<n>\d+)\)", head)
    recipes[m["name"]] = (int(m.group("n")), [r.lstrip("- ") for r in rows if r.startswith("-")])
print(recipes)

def qty(s):
    """'2 1/2' -> Fraction(5, 2)"""
    return sum(map(Fraction, s.split()), Fraction(0))
ROW = re.compile(r"((?:\d+ )?\d+/\d+|\d+)\s+(?:(kg|g|ml|cups?|tsp)\s+)?(.+)")
scaled = {name: [(q := qty(m[1]) * Fraction(10, n), m[2], m[3]) for row in rows if (m := ROW.fullmatch(row))] for name, (n, rows) in recipes.items()}
for name, items in scaled.items():
    print(f"{name:-^30}")
    for q, unit, what in items:
        whole, rest = divmod(q, 1)
        shown = (f"{whole} " if whole else "") + (f"{rest}" if rest else "")
        print(f"  {shown.strip():>10} {unit or '':<5}{what}")
print(q, type(q).__name__, float(q), repr(q), q.numerator, q.denominator, round(q, 2), q.limit_denominator(7))

grams = {"g": 1, "kg": 1000}
flour = {n: sum(q * grams.get(u, 0) for q, u, w in items if w == "flour") for n, items in scaled.items()}
total = sum(flour.values())
print(flour, total, f"{float(total):,.1f}")
print(f"{float(total):.0f} g flour ({', '.join(f'{k} {float(v):g}' for k, v in sorted(flour.items(), key=lambda kv: -kv[1]))})")
