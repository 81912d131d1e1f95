# Library names that are bound without an import.
print(list(itertools.chain([1], [2])), functools.reduce(max, [1, 5, 2]), heapq.nsmallest(1, [3, 2]), bisect.bisect_left([1, 3], 2))
print(operator.add(1, 2), string.digits, list(combinations("ab", 2)), [key for key, _ in groupby("aab")], itemgetter(1)("ab"))
Pair = namedtuple("Pair", "left right")
print(Pair(1, 2), partial(int, base=16)("ff"), reduce(lambda a, b: a + b, "abc"), lru_cache(None)(len)("abc"))
print(collections.namedtuple("One", "x")(1), collections.ChainMap({"a": 1})["a"], itertools.count, heapq.heappop([4]))
