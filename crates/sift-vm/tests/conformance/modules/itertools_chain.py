# Lists of lists, flattened.
from itertools import chain
import itertools
pages = [["intro", "plan"], [], ["results"], ("end",)]
print(list(chain(*pages)), list(chain.from_iterable(pages)), len(list(itertools.chain())))
names = {"a": ["x", "y"], "b": ["z"]}
print(sorted(chain.from_iterable(names.values())), sorted(set(chain("aab", "bc"))))
found = chain(range(2), "ab", {"k": 1}, (n * n for n in (2, 3)))
print(next(found), next(found), list(found), next(found, None))
print(list(itertools.chain.from_iterable(line.split() for line in "a b\nc d e".splitlines())))
try:
    list(chain([1], 5))
except TypeError as error:
    print(error)
try:
    itertools.chain.from_iterable(3)
except TypeError as error:
    print(error)
