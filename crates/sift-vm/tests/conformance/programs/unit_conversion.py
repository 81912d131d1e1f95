from fractions import Fraction
from functools import reduce
import re

UNITS = {"m": (Fraction(1), "length"), "km": (Fraction(1000), "length"), "in": (Fraction(254, 10000), "length"), "ft": (Fraction(3048, 10000), "length"), "mi": (Fraction(1609344, 1000), "length"),
         "g": (Fraction(1), "mass"), "kg": (Fraction(1000), "mass"), "lb": (Fraction(45359237, 100000), "mass"), "s": (Fraction(1), "time"), "min": (Fraction(60), "time"), "h": (Fraction(3600), "time")}


def parse(text):
    parts = re.findall(r"(-?\d+(?:[.,/]\d+)?)\s*([a-z]+|\")", text.replace("'", "ft "))
    if not parts:
        raise ValueError(f"no quantity in {text!r}")
    total, kinds = Fraction(0), set()
    for number, unit in parts:
        factor, kind = UNITS["in" if unit == '"' else unit]
        total += Fraction(number.replace(",", ".")) * factor
        kinds.add(kind)
    if len(kinds) > 1:
        raise TypeError("mixed kinds: " + ", ".join(sorted(kinds)))
    return total, kinds.pop()


def to(total, *units):
    out = []
    for unit in units[:-1]:
        count, total = divmod(total, UNITS[unit][0])
        out.append(f"{count} {unit}")
    last = total / UNITS[units[-1]][0]
    out.append(f"{float(last):.4g} {units[-1]}")
    return " ".join(out)


for text, units in (("5'11\"", ["m"]), ("1,75 m", ["ft", "in"]), ("3 mi 100 ft", ["km"]), ("90 min", ["h", "min", "s"]), ("1/3 h", ["min"]), ("2 lb", ["kg"]), ("12 stone", ["kg"]), ("none", ["m"]), ("3 m 2 s", ["m"]), ("1/0 m", ["m"])):
    try:
        total, kind = parse(text)
        print(f"{text:<12} {kind:<7}{total!s:<14}{to(total, *units)}")
    except (KeyError, ValueError, TypeError, ZeroDivisionError) as error:
        print(f"{text:<12} ! {type(error).__name__}: {error}")
distances = [parse(t)[0] for t in ("1 km", "500 m", "1 mi")]
print(sum(distances), max(distances), reduce(lambda a, b: a if a < b else b, distances), [round(d) for d in distances], [d.numerator for d in distances], float(sum(distances) / 3))
