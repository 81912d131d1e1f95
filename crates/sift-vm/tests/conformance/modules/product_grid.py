# Cells of a grid, combinations of settings, and codes.
from itertools import product, islice
grid = ["..#", ".#.", "#.."]
cells = [(row, column) for row, column in product(range(3), range(3)) if grid[row][column] == "#"]
print(cells, [(r + dr, c + dc) for (r, c), (dr, dc) in product(cells[:1], product((-1, 0, 1), repeat=2)) if 0 <= r + dr < 3 and 0 <= c + dc < 3 and (dr, dc) != (0, 0)])
for size, color, wash in product(["S", "L"], ["red"], (True, False)):
    print(size, color, wash)
codes = product("01", "ab", repeat=2)
print(["".join(code) for code in islice(codes, 5)], sum(1 for _ in codes))
print(sum(a * b == 12 for a, b in product(range(1, 13), repeat=2)), dict(product(["k"], [1, 2])), [*product((), repeat=3)], max(product([1, 2], [3])))
truth = [(a, b, a and not b) for a, b in product([False, True], repeat=2)]
print(truth)
try:
    product([1], None)
except TypeError as error:
    print(error)
