from fractions import Fraction

recipe = """flour 2 1/2
sugar 3/4
butter 1/3
eggs 3
salt 1/8"""


def parse(text):
    return sum(Fraction(part) for part in text.split())


def mixed(f):
    whole, rest = divmod(f.numerator, f.denominator)
    if not rest:
        return str(whole)
    part = f"{rest}/{f.denominator}"
    return f"{whole} {part}" if whole else part


amounts = {}
for line in recipe.splitlines():
    name, _, text = line.partition(" ")
    amounts[name] = parse(text)
for factor in (Fraction(1, 2), 3, Fraction("1.5")):
    print(f"x {factor}: " + ", ".join(f"{name} {mixed(amount * factor)}" for name, amount in amounts.items()))
biggest = max(amounts, key=amounts.get)
print(biggest, amounts[biggest].as_integer_ratio(), float(sum(amounts.values())), sum(amounts.values()).conjugate())
print([str(Fraction.from_float(x).limit_denominator(10)) for x in (0.3333, 2.66, 0.1)])
print(Fraction.from_float(1e-3).limit_denominator(1000), Fraction.from_decimal(3), Fraction(3).as_integer_ratio())
for wrong in ("1 1/2", "a", "1/0", "", "1/2/3"):
    try:
        print(Fraction(wrong))
    except (ValueError, ZeroDivisionError) as e:
        print(type(e).__name__, e)
