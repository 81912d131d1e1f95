# Evaluation order: prints show the order in which items are requested.
from itertools import chain, takewhile, accumulate, groupby, zip_longest, product, starmap, compress, filterfalse
def noisy(name, values):
    for value in values:
        print(f"{name}{value}", end=" ")
        yield value
print(next(chain(noisy("a", [1, 2]), noisy("b", [3]))))
print(list(takewhile(lambda n: n < 2, noisy("t", [1, 2, 3]))))
totals = accumulate(noisy("s", [1, 2, 3]))
print(next(totals), next(totals))
for key, run in groupby(noisy("g", [1, 1, 2])):
    print("run of", key, list(run))
print(list(zip_longest(noisy("x", [1]), noisy("y", [1, 2]))))
print(next(product(noisy("p", [1, 2]), noisy("q", "ab"))))
print(list(compress(noisy("v", "abc"), noisy("w", [1, 0, 1]))), list(filterfalse(lambda n: n > 1, noisy("f", [1, 2]))))
print(list(zip(noisy("m", [1, 2]), noisy("n", [1]))), any(starmap(lambda a, b: a == b, noisy("r", [(1, 1), (2, 2)]))))
