# Running totals and maxima, for balances and records.
from itertools import accumulate, islice, count
payments = [120, -40, 15, -95, 30]
print(list(accumulate(payments)), list(accumulate(payments, initial=100)))
print(list(accumulate(payments, max)), list(accumulate([3, 1, 2], lambda total, n: total * n)))
print(list(accumulate([])), list(accumulate([], initial=0)), list(accumulate("abc")))
low = min(range(len(payments)), key=lambda at: list(accumulate(payments))[at])
print("lowest after payment", low + 1)
for number, total in zip(count(1), accumulate(payments)):
    print(f"{number}: {total:>5}")
print(list(islice(accumulate(count(1)), 8)))
try:
    print(list(accumulate([1, "a"])))
except TypeError as error:
    print(error)
try:
    accumulate(5)
except TypeError as error:
    print(error)
