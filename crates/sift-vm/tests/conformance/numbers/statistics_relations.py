import statistics

hours = [1, 2, 3, 4, 5]
points = [52, 55, 61, 70, 72]
print(statistics.covariance(hours, points), round(statistics.correlation(hours, points), 6))
line = statistics.linear_regression(hours, points)
print(line, round(line.slope, 3), round(line.intercept, 3))
slope, intercept = line
print([round(slope * x + intercept, 2) for x in hours], line[0] == slope)
print(statistics.linear_regression(hours, [2, 4, 6, 8, 10], proportional=True))
for function in [
    lambda: statistics.correlation([1, 2], [1]),
    lambda: statistics.correlation([1], [1]),
    lambda: statistics.correlation([1, 1], [1, 2]),
    lambda: statistics.linear_regression([1, 1], [1, 2]),
    lambda: statistics.covariance([1], [2]),
]:
    try:
        function()
    except statistics.StatisticsError as error:
        print(error)
