# Pairs, orders and products of a few things.
from itertools import combinations, combinations_with_replacement, permutations, product
from collections import Counter
teams = ["red", "blue", "green", "black"]
for home, away in combinations(teams, 2):
    print(home, "-", away)
print(list(combinations("abc", 3)), list(combinations("ab", 3)), list(combinations([], 0)))
print(list(combinations_with_replacement([1, 2, 3], 2)), list(combinations_with_replacement("", 0)))
print(["".join(order) for order in permutations("abc")], list(permutations(range(3), 1)), list(permutations("ab", 5)))
print(list(product("ab", [1, 2])), list(product([0, 1], repeat=3)), list(product()), list(product("ab", [])))
print(len(list(product(range(3), range(4), "xy"))), sum(1 for _ in permutations(range(5))))
pairs = Counter()
for basket in (["tea", "milk", "jam"], ["milk", "tea"], ["jam", "tea"]):
    pairs.update(combinations(sorted(basket), 2))
print(pairs.most_common())
for wrong in (lambda: combinations("ab", -1), lambda: permutations("ab", -2), lambda: product("ab", repeat=-1), lambda: combinations_with_replacement("ab", -1)):
    try:
        wrong()
    except ValueError as error:
        print(error)
for wrong in (lambda: combinations(3, 1), lambda: combinations("ab", "1"), lambda: permutations("ab", 1.0), lambda: product(1), lambda: combinations_with_replacement([1], None)):
    try:
        wrong()
    except TypeError as error:
        print(error)
