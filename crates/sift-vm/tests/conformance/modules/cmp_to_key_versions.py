# Sorting versions, poker hands and file names by comparison.
from functools import cmp_to_key
from itertools import zip_longest
def compare(a, b):
    for left, right in zip_longest(a.split("."), b.split("."), fillvalue="0"):
        if int(left) != int(right):
            return int(left) - int(right)
    return 0
versions = ["1.10", "1.2", "1.2.0", "2", "1.9.9"]
print(sorted(versions, key=cmp_to_key(compare)), max(versions, key=cmp_to_key(compare)), sorted(versions, key=cmp_to_key(compare), reverse=True))
names = ["b10", "a2", "b9", "a10"]
names.sort(key=cmp_to_key(lambda a, b: (a[0] > b[0]) - (a[0] < b[0]) or int(a[1:]) - int(b[1:])))
print(names, min([3, 1, 2], key=cmp_to_key(lambda a, b: b - a)), sorted("bca", key=cmp_to_key(lambda a, b: 0)), heapq.nsmallest(2, [5, 1, 4], key=cmp_to_key(lambda a, b: b - a)))
heap = []
By = cmp_to_key(lambda a, b: len(a) - len(b))
for word in ("ccc", "a", "bb"):
    heapq.heappush(heap, By(word))
print([heapq.heappop(heap).obj for _ in range(3)], bisect.bisect_left([By("a"), By("ccc")], By("bb")), By("a") == By("b"))
try:
    By(1) < By(2)
except TypeError as error:
    print(error)
try:
    sorted([1, 2, 3], key=cmp_to_key(lambda a: a))
except TypeError as error:
    print(error)
