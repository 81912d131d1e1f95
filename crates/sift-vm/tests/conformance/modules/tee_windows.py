# Windows over a stream, by copies of an iterator.
from itertools import tee, islice
def windows(values, size):
    copies = tee(values, size)
    for place, copy in enumerate(copies):
        for _ in islice(copy, place):
            pass
    return zip(*copies)
print(list(windows("abcde", 3)), list(windows([1], 2)))
prices = [3, 4, 8, 6, 9]
print([round(sum(window) / 3, 2) for window in windows(prices, 3)], [before < after for before, after in windows(iter(prices), 2)])
numbers, copy = tee(iter([5, 6, 7]))
total = sum(numbers)
print([round(number / total, 3) for number in copy], list(numbers))
left, right = tee(n for n in range(6))
print([n for n in left if n % 2], [n for n in right if not n % 2])
ahead, behind = tee("xyz")
next(ahead)
print(list(zip(behind, ahead)))
try:
    tee([1], "2")
except TypeError as error:
    print(error)
