# The shortest round trip through four towns, by trying all.
from itertools import permutations, pairwise
distances = {("a", "b"): 4, ("a", "c"): 9, ("a", "d"): 3, ("b", "c"): 2, ("b", "d"): 7, ("c", "d"): 5}
def length(route):
    return sum(distances[tuple(sorted(pair))] for pair in pairwise(route))
routes = [("a", *middle, "a") for middle in permutations("bcd")]
best = min(routes, key=length)
print(best, length(best), len(routes), sorted(length(route) for route in routes))
print(["".join(word) for word in permutations("cat", 2)], len(set(permutations("abab"))), list(permutations([], 0)), list(permutations("ab", 0)))
words = {"act", "cat", "dog"}
print(sorted({"".join(letters) for letters in permutations("tca")} & words), max(permutations([1, 2, 3])), next(permutations("xyz")))
try:
    length(("a", "q"))
except KeyError as error:
    print("no road", error)
