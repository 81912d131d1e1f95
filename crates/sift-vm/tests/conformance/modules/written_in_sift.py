# Modules written in Sift: imports, classes, members of classes, reprs.
from functools import partial
from itertools import chain
import heapq as hq

queue = []
for word in "some words of different lengths".split():
    hq.heappush(queue, (len(word), word))
print(queue, [hq.heappop(queue) for _ in range(len(queue))], queue)
print(list(chain([1, 2], "ab", ())), list(itertools.chain.from_iterable({"x": 1, "y": 2}.items())))
print(type(chain()).__name__, chain, isinstance(chain(), chain), chain.__name__)
binary = partial(int, base=2)
print(binary("101"), binary.keywords, binary.func, callable(binary), type(binary))
pairs = partial(lambda a, b, c=0: (a, b, c), 1)
print(pairs(2), pairs(2, c=5), list(map(pairs, [7, 8])), sorted("cab", key=partial(ord)))
print(functools.reduce(lambda a, b: a * b, (n for n in range(1, 6))), functools.reduce(max, [], 3))
items = chain([1], [2])
print(next(items), list(items), next(items, "end"))
for make in (lambda: hq.heappop([]), lambda: partial(3), lambda: binary.nothing, lambda: functools.reduce(max, [])):
    try:
        make()
    except (IndexError, TypeError, AttributeError) as error:
        print(type(error).__name__, error)
