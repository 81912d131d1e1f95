# Sorted logs of two machines merged by time.
import heapq
from operator import itemgetter
left = ["09:01 a start", "09:05 a stop"]
right = ["09:00 b start", "09:03 b work", "09:09 b stop"]
for line in heapq.merge(left, right):
    print(line)
print(list(heapq.merge([(1, "x"), (4, "y")], [(2, "z")], key=itemgetter(0))), list(heapq.merge(*[[n, n + 10] for n in (3, 1, 2)])))
print([value for value, group in itertools.groupby(heapq.merge([1, 3, 5], [1, 4, 5]))], list(heapq.merge("ace", "bdf", "")), list(heapq.merge([9, 5], [8, 1], reverse=True, key=None)))
numbers = heapq.merge((n for n in [2, 4]), range(3))
print(next(numbers), list(numbers))
print(heapq.nlargest(3, "banana"), heapq.nsmallest(2, [3, 1, 2], key=lambda n: -n), heapq.nlargest(2, [{"n": 1}, {"n": 3}, {"n": 2}], key=itemgetter("n")))
try:
    list(heapq.merge([1, 2], 5))
except TypeError as error:
    print(error)
try:
    heapq.nsmallest(1)
except TypeError as error:
    print(error)
