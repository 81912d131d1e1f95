# Generators of a program passed to the library, and iterators of the library in generators.
from itertools import chain, islice, accumulate, groupby, tee, zip_longest
def countdown(n):
    while n:
        yield n
        n -= 1
def evens(values):
    yield from (value for value in values if value % 2 == 0)
print(list(evens(countdown(5))), sum(chain(countdown(2), evens(range(5)))))
print(list(accumulate(countdown(3))), list(zip_longest(countdown(1), countdown(2))), [list(run) for _, run in groupby(countdown(3), key=lambda n: n > 1)])
first = islice(countdown(4), 2)
print(list(first), heapq.nlargest(2, countdown(3)), sorted(countdown(3), key=lambda n: -n))
copies = tee(countdown(2))
print([list(copy) for copy in copies], max(countdown(2)), bisect.bisect(list(evens(range(9))), 4), 3 in countdown(4))
def flatten(value):
    if isinstance(value, list):
        yield from chain.from_iterable(map(flatten, value))
    else:
        yield value
print(list(flatten([1, [2, [3, []], 4]])), "".join(chain.from_iterable(["ab", ["c"]])), dict(enumerate(chain("ab"))))
def failing():
    yield 1
    raise ValueError("broken stream")
for use in (lambda: list(chain(failing())), lambda: list(accumulate(failing())), lambda: heapq.nsmallest(1, failing()), lambda: reduce(max, failing())):
    try:
        use()
    except ValueError as error:
        print(error)
