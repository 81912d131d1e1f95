# Tables transposed, summed and searched with iterators.
from itertools import chain, product, starmap, accumulate, repeat, pairwise
import operator
table = [[1, 2, 3], [4, 5, 6]]
print(list(map(list, zip(*table))), list(chain.from_iterable(table)), [sum(column) for column in zip(*table)], sum(map(sum, table)))
print([list(accumulate(row)) for row in table], list(starmap(operator.mul, zip(*table))), sum(starmap(operator.mul, zip(*table))))
identity = [[int(r == c) for c in range(3)] for r in range(3)]
print(identity, [[sum(map(operator.mul, row, column)) for column in zip(*identity)] for row in table] == table)
print(max(product(range(2), range(3)), key=lambda cell: table[cell[0]][cell[1]]), list(map(max, table)), list(map(operator.itemgetter(1), table)), [*map(operator.sub, table[1], table[0])])
rises = [all(starmap(operator.lt, pairwise(row))) for row in table]
print(rises, list(zip(repeat("row"), range(2), table)), {(r, c): v for r, row in enumerate(table) for c, v in enumerate(row) if v % 2})
try:
    list(starmap(operator.mul, table))
except TypeError as error:
    print(error)
