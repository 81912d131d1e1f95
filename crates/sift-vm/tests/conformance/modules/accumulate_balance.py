# Account balances as running totals.
from itertools import accumulate, chain
from operator import mul, add
import operator
book = [("open", 100), ("rent", -80), ("pay", 50), ("food", -90)]
balances = list(accumulate(amount for _, amount in book))
for (what, amount), balance in zip(book, balances):
    print(f"{what:<6}{amount:>6}{balance:>6}{' !' if balance < 0 else ''}")
print(min(balances), [what for (what, _), balance in zip(book, balances) if balance < 0])
print(list(accumulate(range(1, 7), mul)), list(accumulate("abc", add)), list(accumulate([5, 2, 8, 1], min)), list(accumulate([[1], [2]], operator.concat)))
offsets = [0, *accumulate(len(word) + 1 for word in "the quick fox".split())]
print(offsets, dict(zip("the quick fox".split(), offsets)), list(accumulate([1, 2], initial=None)), list(accumulate([], mul, initial=7)))
growth = list(accumulate([1000] + [0.05] * 3, lambda total, rate: round(total * (1 + rate), 2)))
print(growth, list(chain(*zip(balances, growth))))
try:
    list(accumulate([1, 2], operator.getitem))
except TypeError as error:
    print(error)
