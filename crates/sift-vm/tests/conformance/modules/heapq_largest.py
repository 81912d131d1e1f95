# The largest, the smallest, and sorted runs merged.
import heapq
words = ["pear", "fig", "apple", "kiwi", "date", "plum"]
print(heapq.nlargest(2, words), heapq.nsmallest(2, words), heapq.nlargest(3, words, key=len), heapq.nsmallest(3, words, key=len))
print(heapq.nlargest(0, words), heapq.nsmallest(-1, words), heapq.nlargest(10, (len(w) for w in words)))
counts = {"a": 3, "b": 9, "c": 5}
print(heapq.nlargest(2, counts.items(), key=lambda item: item[1]), heapq.nlargest(1, counts, key=counts.get))
print(list(heapq.merge([1, 4, 7], [2, 5, 8], [0, 9])), list(heapq.merge()), list(heapq.merge([3])))
print(list(heapq.merge(["a", "ccc"], ["bb", "dddd"], key=len)), list(heapq.merge([7, 4, 1], [8, 5, 2], reverse=True)))
print(list(heapq.merge([(1, "a"), (1, "b")], [(1, "c"), (2, "d")], key=lambda pair: pair[0])))
print(list(heapq.merge([(2, "a"), (1, "b")], [(2, "c"), (1, "d")], key=lambda pair: pair[0], reverse=True)))
merged = heapq.merge(iter([1, 3]), iter([2, 4]))
print(next(merged), next(merged), list(merged))
for wrong in (lambda: heapq.nlargest(2, 5), lambda: list(heapq.merge([1], ["a"])), lambda: heapq.nlargest(2, [1, "a"])):
    try:
        wrong()
    except TypeError as error:
        print(error)
