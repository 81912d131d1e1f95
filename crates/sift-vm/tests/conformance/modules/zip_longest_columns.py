# Columns of unequal length side by side.
from itertools import zip_longest, cycle, repeat, starmap, compress
columns = {"name": ["ann", "bob", "cy"], "score": [3, 5], "note": []}
for row in zip_longest(*columns.values(), fillvalue="-"):
    print(" | ".join(str(cell).ljust(5) for cell in row).rstrip())
print(list(zip_longest("ab", "c")), [a or b for a, b in zip_longest([1, 0], [9, 8, 7], fillvalue=0)])
versions = ["1.2", "1.2.1", "1.10"]
def newer(a, b):
    return [int(x) for x in a.split(".")] > [int(x) for x in b.split(".")]
print(newer("1.10", "1.2.1"), max(versions, key=lambda v: [int(p) for p in v.split(".")]))
print(list(zip("abcde", cycle([0, 1]))), list(compress("abcde", cycle([1, 0]))), list(starmap(lambda a, b: a * b, zip([1, 2, 3], repeat(10)))))
changed = [(place, old, new) for place, (old, new) in enumerate(zip_longest("kitten", "sitting")) if old != new]
print(changed)
try:
    list(zip_longest([1], 3))
except TypeError as error:
    print(error)
