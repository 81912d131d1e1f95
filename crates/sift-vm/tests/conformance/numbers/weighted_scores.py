from fractions import Fraction
from decimal import Decimal, ROUND_HALF_UP

weights = {"exam": Fraction(1, 2), "essay": Fraction(3, 10), "talk": Fraction(1, 5)}
scores = {"Ada": {"exam": 91, "essay": 84, "talk": 77}, "Ben": {"exam": 68, "essay": 95, "talk": 88}, "Cleo": {"exam": 80, "essay": 80, "talk": 81}}
assert sum(weights.values()) == 1
finals = {name: sum(weights[part] * mark for part, mark in marks.items()) for name, marks in scores.items()}
for name, final in sorted(finals.items(), key=lambda item: item[1], reverse=True):
    exact = Decimal(final.numerator) / Decimal(final.denominator)
    print(name, final, f"{float(final):.3f}", exact, exact.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP), round(final), round(final, 1))
average = sum(finals.values()) / len(finals)
print(average, float(average), average > 80, {name: str(final - average) for name, final in finals.items()})
