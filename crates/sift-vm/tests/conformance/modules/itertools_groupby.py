# Runs of equal keys: consecutive lines of the same day, then sorted groups.
from itertools import groupby
from operator import itemgetter
log = ["2024-01-01 a", "2024-01-01 b", "2024-01-02 c", "2024-01-01 d"]
for day, lines in groupby(log, key=lambda line: line[:10]):
    print(day, [line[11:] for line in lines])
rows = [("x", 3), ("y", 1), ("x", 2), ("z", 9), ("y", 5)]
for name, group in groupby(sorted(rows), key=itemgetter(0)):
    print(name, sum(value for _, value in group))
print([(char, len(list(run))) for char, run in groupby("aaabccd")])
print({key: list(run) for key, run in groupby(range(8), lambda n: n // 3)}, list(groupby([])))
runs = groupby("aab")
first, letters = next(runs)
second, others = next(runs)
print(first, list(letters), second, list(others), next(runs, "end"))
print(max((sum(1 for _ in run), key) for key, run in groupby([1, 1, 0, 0, 0, 1])))
try:
    groupby(7)
except TypeError as error:
    print(error)
try:
    [key for key, _ in groupby([1, 2], key=len)]
except TypeError as error:
    print(error)
