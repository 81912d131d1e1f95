# How many rooms the meetings need, and the k most frequent words, with heaps.
import heapq
from heapq import heappush, heappop, heapify, heapreplace
meetings = sorted([(9, 12), (10, 11), (11, 13), (12, 14), (13, 15)])
ends, most = [], 0
for start, end in meetings:
    while ends and ends[0] <= start:
        heappop(ends)
    heappush(ends, end)
    most = max(most, len(ends))
print(most, ends)
words = "the cat and the dog and the bird".split()
counts = Counter(words)
print(heapq.nlargest(2, counts.items(), key=lambda item: (item[1], item[0])), heapq.nsmallest(2, counts, key=lambda word: (counts[word], word)))
top = []
for number in [5, 1, 9, 3, 7, 8]:
    if len(top) < 3:
        heappush(top, number)
    elif number > top[0]:
        heapreplace(top, number)
print(top, sorted(top, reverse=True))
median_low, median_high = [], []
for number in [5, 2, 8, 1]:
    heappush(median_high, -heapq.heappushpop(median_low, -number))
    if len(median_high) > len(median_low):
        heappush(median_low, -heappop(median_high))
print((-median_low[0] + median_high[0]) / 2, median_low, median_high)
queue = [(2, "b"), (1, "z"), (1, "a")]
heapify(queue)
print([heappop(queue)[1] for _ in range(3)])
try:
    heappush([(1, {})], (1, {"a": 2}))
except TypeError as error:
    print(error)
