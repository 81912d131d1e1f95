import statistics

heights = [170.5, 165.2, 180.1, 175.0, 168.8]
print(f"{statistics.stdev(heights):.4f} {statistics.pstdev(heights):.4f} {statistics.variance(heights):.4f} {statistics.pvariance(heights):.4f}")
print(statistics.stdev([1, 2, 3, 4, 5]), statistics.variance([2, 4, 6]), statistics.pvariance([1, 3]), statistics.stdev([0.1] * 10))
print(statistics.variance([1, 2, 3], 2), statistics.pstdev([1, 2, 3], mu=2))
print(statistics.quantiles(range(1, 12)), statistics.quantiles([1, 5, 2, 8], n=10, method="inclusive"))
z = [(x - statistics.mean(heights)) / statistics.stdev(heights) for x in heights]
print([round(value, 3) for value in z])
for function in [lambda: statistics.stdev([1]), lambda: statistics.pvariance([]), lambda: statistics.quantiles([1]), lambda: statistics.quantiles([1, 2], n=0), lambda: statistics.quantiles([1, 2], method="best")]:
    try:
        function()
    except ValueError as error:
        print(type(error).__name__, error)
