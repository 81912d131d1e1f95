# Invalid arguments, with CPython's messages.
from itertools import accumulate, chain, combinations, compress, count, cycle, filterfalse, groupby, islice, pairwise, permutations, product, repeat, starmap, takewhile, tee
calls = [
    (accumulate, (), {}), (accumulate, ([1], max, 3), {}), (accumulate, ([1],), {"iterable": [2]}), (combinations, ([1],), {}),
    (cycle, (), {}), (cycle, (1, 2), {}), (islice, ([],), {}), (islice, ([], 1, 2, 3, 4), {}), (count, (1, 2, 3), {}),
    (groupby, ([],), {"by": 1}), (chain, (), {"x": 1}), (pairwise, (), {}), (repeat, (), {}), (tee, (), {}), (tee, (1, 2, 3), {}),
    (takewhile, (1,), {}), (compress, ([1],), {}), (permutations, ([1], 1, 1), {}), (chain.from_iterable, (), {}),
    (product, (), {"times": 3}), (starmap, (1,), {}), (filterfalse, (None, [0, 1], 3), {}),
]
for function, args, named in calls:
    try:
        print(function(*args, **named))
    except TypeError as error:
        print(error)
print(count, groupby, type(islice("a", 1)), isinstance(count(), count), isinstance([], chain), product.__name__)
