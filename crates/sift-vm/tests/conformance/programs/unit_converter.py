import re

table = """m: 1 length
km: 1000 length
in: 0.0254 length
ft: 12 in
mi: 5280 ft
g: 0.001 mass
kg: 1 mass
lb: 453.59237 g
h: 60 min
min: 60 s
s: 1 time"""
base = {}


def resolve(name):
    if name in base:
        return base[name]
    line = next((l for l in table.splitlines() if l.startswith(name + ":")), None)
    if line is None:
        raise KeyError(name)
    factor, of = line.split(":")[1].split()
    try:
        inner, kind = resolve(of)
    except KeyError:
        inner, kind = 1.0, of
    base[name] = float(factor) * inner, kind
    return base[name]


def convert(text):
    m = re.fullmatch(r"\s*(-?[\d.,]+(?:e-?\d+)?)\s*(\w+)(?:/(\w+))?\s+(?:in|to)\s+(\w+)(?:/(\w+))?\s*", text)
    if not m:
        raise SyntaxError(f"can't read {text!r}")
    number, a, per_a, b, per_b = m.groups()
    if (per_a is None) is not (per_b is None):
        raise TypeError("one side has a '/'")
    value = float(number.replace(",", ""))
    for source, target, power in ((a, b, 1), (per_a, per_b, -1)):
        if source:
            (x, kind), (y, other) = resolve(source), resolve(target)
            if kind != other:
                raise TypeError(f"{kind} is not {other}")
            value *= (x / y) ** power
    return value, b + (f"/{per_b}" if per_b else "")


for text in ["5 km to mi", "6 ft in in", "1,000 g to lb", "90 km/h to m/s", "1e3 m to km", "3 kg to m", "2 m/s to m", "5 parsec to m", "-40 in to ft", "x"]:
    try:
        value, unit = convert(text)
        print(f"{text:<16} {value:>12.6g} {unit:<6}{value:.3e} {round(value, 2)}")
    except (SyntaxError, TypeError, KeyError) as e:
        print(f"{text:<16} {type(e).__name__}: {e}")
print(len(base), base["mi"], sorted(base, key=lambda n: base[n][0])[:3])
