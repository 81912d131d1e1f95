import statistics
from statistics import mean, median, mode

scores = [88, 92, 79, 93, 85, 79, 100]
print(mean(scores), median(scores), mode(scores), statistics.fmean(scores), statistics.multimode("mississippi"))
print(statistics.median_low([1, 2, 3, 4]), statistics.median_high([1, 2, 3, 4]), median([1, 2, 3, 4]), statistics.median_grouped([1, 2, 2, 3, 4]))
print(mean([1, 2, 3, 4]), mean([2.5, 3.5]), mean([1, 1, 2]), statistics.fmean([3, 5], [1, 3]), mean(x * x for x in range(4)))
print(statistics.harmonic_mean([40, 60]), statistics.harmonic_mean([40, 60], weights=[5, 30]), mode(["red", "blue", "red"]))
for function in [mean, median, mode, statistics.fmean, statistics.harmonic_mean, statistics.geometric_mean]:
    try:
        function([])
    except statistics.StatisticsError as error:
        print(function.__name__, error)
try:
    mean(["a", "b"])
except TypeError as error:
    print(error)
