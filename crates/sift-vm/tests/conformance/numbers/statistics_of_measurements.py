import statistics
from decimal import Decimal
from fractions import Fraction

readings = {"exact": [1, 2, 4], "decimal": [Decimal("0.1"), Decimal("0.2"), Decimal("0.4")], "fraction": [Fraction(1, 3), Fraction(1, 6), 1], "float": [0.1, 0.2, 0.4], "big": [10**20, 10**20 + 2, 10**20 + 4], "bool": [True, False, True]}
for name, data in readings.items():
    print(f"{name:<9}", repr(statistics.mean(data)), repr(statistics.median(data)), repr(statistics.variance(data)), repr(statistics.pvariance(data)))
    print(" " * 9, round(statistics.fmean(data), 9), round(float(statistics.stdev(data)), 9), round(float(statistics.pstdev(data)), 9), statistics.median_low(data) in data, statistics.median_high(data) in data)
pairs = [(1, 2.1), (2, 3.9), (3, 6.2), (4, 8.1)]
x, y = zip(*pairs)
fit = statistics.linear_regression(x, y)
print(round(fit.slope, 6), round(fit.intercept, 6), round(statistics.correlation(x, y), 8), round(statistics.covariance(x, y), 8), fit._fields)
print([round(yi - (fit.slope * xi + fit.intercept), 4) for xi, yi in pairs])
print(statistics.quantiles(range(1, 12), n=3), statistics.quantiles([1, 2], n=1), round(statistics.geometric_mean([1.1, 0.9, 1.25]), 9), statistics.harmonic_mean([1, 2, 4]), statistics.harmonic_mean([0, 1]))
print(statistics.median_grouped([1, 3, 3, 5, 7], interval=2), statistics.median_grouped([52]), statistics.mode([1, 1, 2, 2]), statistics.multimode([3, 1, 3, 1]))
for data in ([], [1]):
    for f in (statistics.mean, statistics.stdev, statistics.pvariance, statistics.mode):
        try:
            print(f(data), end=" ")
        except statistics.StatisticsError as error:
            print(f"({error})", end=" ")
print(issubclass(statistics.StatisticsError, ValueError))
