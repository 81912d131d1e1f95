from fractions import Fraction
import re

recipe = """Pancakes (serves 4)
1 1/2 cups flour
3/4 tsp salt
2 eggs
1.25 cups milk
a pinch of nutmeg
½ cup sugar"""
VULGAR = {"½": "1/2", "¼": "1/4", "¾": "3/4"}


def quantity(text):
    text = "".join(VULGAR.get(c, c) for c in text)
    m = re.match(r"(?:(\d+) )?(\d+/\d+|\d+(?:\.\d+)?)\s+(.*)", text)
    if m is None:
        return None, text
    whole, part, rest = m.groups(default="0")
    return int(whole) + Fraction(part), rest


def shown(amount):
    whole, rest = divmod(amount, 1)
    return " ".join(filter(None, [str(whole) if whole else "", str(rest) if rest else ""])) or "0"


title, *lines = recipe.splitlines()
serves = int(re.search(r"serves (\d+)", title).group(1))
for target in (1, 6, 10):
    factor = Fraction(target, serves)
    print(f"for {target} (x {factor}):")
    for line in lines:
        amount, what = quantity(line)
        if amount is None:
            print("  -", what)
        else:
            scaled = amount * factor
            print(f"  - {shown(scaled):>8} {what}" + (f" (~{float(scaled):.3g})" if scaled.denominator > 4 else ""))
amounts = [quantity(line)[0] for line in lines]
known = [a for a in amounts if a is not None]
print(sum(known), max(known), min(known), sorted(known, reverse=True)[:2], [a.limit_denominator(2) for a in known])
for bad in ("1/0", "x/2", "1//2", ""):
    try:
        print(Fraction(bad))
    except (ValueError, ZeroDivisionError) as error:
        print(type(error).__name__, error)
