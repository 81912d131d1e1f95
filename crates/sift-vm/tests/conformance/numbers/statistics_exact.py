from decimal import Decimal
from fractions import Fraction
from statistics import mean, median, pstdev, stdev, variance

print(repr(mean([Decimal("0.1"), Decimal("0.2"), Decimal("0.4")])), repr(median([Decimal("1.5"), Decimal("2.5")])))
print(repr(mean([Fraction(1, 3), Fraction(1, 6)])), repr(variance([Fraction(1, 3), Fraction(1, 6)])))
print(repr(stdev([Decimal("1.5"), Decimal("2.5"), Decimal("2.75")])), repr(pstdev([Decimal(1), Decimal(1)])))
print(mean([1e30, 1, -1e30]), mean([0.1] * 10), sum([0.1] * 10) / 10, mean([True, False, True]))
print(mean([1, 2.5]), mean([Fraction(1, 2), 0.25]), mean([1, Decimal("2.5")]))
try:
    mean([Decimal(1), 0.5])
except TypeError as error:
    print(error)
print(mean([10**20, 1]), mean([2**70, 2**70]))
