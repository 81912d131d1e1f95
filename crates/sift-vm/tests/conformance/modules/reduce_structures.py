# Nested data walked and merged with reduce.
from functools import reduce
import operator
data = {"a": {"b": [{"c": 1}, {"c": 2}]}}
print(reduce(operator.getitem, ["a", "b", 1, "c"], data), reduce(lambda d, k: d.get(k) if isinstance(d, dict) else None, ["a", "x", "c"], data))
def merged(left, right):
    return {**left, **{key: merged(left[key], value) if isinstance(value, dict) and key in left else value for key, value in right.items()}}
print(reduce(merged, [{"a": {"x": 1}}, {"a": {"y": 2}}, {"b": 3}]), reduce(lambda a, b: {**a, **b}, [{}, {"k": 1}, {"k": 2}]))
print(reduce(lambda total, n: total * 10 + n, [3, 0, 7]), reduce(lambda a, b: a + [b] if b not in a else a, "banana", []), reduce(operator.xor, [5, 7, 5]), reduce(operator.add, ([n] for n in range(3))))
gcd = reduce(math.gcd, [48, 36, 120])
print(gcd, reduce(math.lcm, range(1, 11)), reduce(lambda longest, word: max(longest, word, key=len), "a bbb cc".split()), reduce(operator.and_, map(set, ["abc", "bcd", "cb"])) == {"b", "c"})
for wrong in (lambda: reduce(operator.getitem, ["a", "q"], data), lambda: reduce(operator.add, [1, None]), lambda: reduce(operator.add, {}), lambda: reduce("f", [1, 2]), lambda: reduce(lambda a: a, [1, 2])):
    try:
        wrong()
    except (KeyError, TypeError) as error:
        print(type(error).__name__, error)
