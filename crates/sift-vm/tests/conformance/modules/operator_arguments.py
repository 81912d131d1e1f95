# Invalid arguments of functions of operator, heapq, bisect and functools, with CPython's messages.
import operator, heapq, bisect, functools
calls = [
    (operator.add, (1,), {}), (operator.neg, (), {}), (operator.not_, (1, 2), {}), (operator.add, (1, 2), {"c": 3}), (operator.setitem, ({}, 1), {}),
    (operator.itemgetter, (), {}), (operator.attrgetter, (), {}), (heapq.heappush, ([],), {}), (heapq.heappop, (), {}), (heapq.heapify, ([],), {"key": 1}), (heapq.heapreplace, ([1], 2, 3), {}),
    (heapq.nlargest, (1,), {}), (heapq.nsmallest, (1, [], None, 4), {}), (heapq.merge, ([1],), {"by": 3}),
    (bisect.bisect_left, (), {}), (bisect.bisect_right, ([1],), {}), (bisect.insort, ([1],), {}), (bisect.bisect_left, ([1], 1, 0, 1, None), {}), (bisect.bisect, ([1], 1), {"by": len}),
    (functools.reduce, (max,), {}), (functools.reduce, (max, [], 1, 2), {}), (functools.reduce, (max, []), {"initial": 3}), (functools.cmp_to_key, (), {}), (functools.lru_cache, (1, 2, 3), {}), (functools.cache, (), {}),
    (namedtuple, ("P",), {}), (namedtuple, ("P", "x"), {"default": 3}), (string.capwords, (), {}), (string.capwords, ("a", "b", "c"), {}), (operator.length_hint, (), {}), (operator.index, (1, 2), {}),
]
for function, args, named in calls:
    try:
        print(function(*args, **named))
    except TypeError as error:
        print(error)
