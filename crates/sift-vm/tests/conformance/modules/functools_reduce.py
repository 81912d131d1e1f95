# reduce and partial.
from functools import reduce, partial
import functools
print(reduce(lambda a, b: a * b, [1, 2, 3, 4]), reduce(lambda a, b: a + b, [[1], [2, 3]], []), reduce(max, [3, 9, 2]))
tree = {"a": {"b": {"c": 42}}}
print(reduce(lambda node, key: node.get(key, {}), "a.b.c".split("."), tree), reduce(lambda a, b: a or b, [0, "", "x", "y"]))
print(functools.reduce(lambda text, pair: text.replace(*pair), {"a": "1", "b": "2"}.items(), "banana bread"))
clean = partial(re.sub, r"\s+", " ")
print(clean("a   b\n c"), list(map(partial(pow, 2), range(5))), partial(sorted, key=len, reverse=True)(["a", "ccc", "bb"]))
show = partial(print, "->", sep=" | ")
show("x", "y")
both = partial(partial(lambda a, b, c, d=0: (a, b, c, d), 1), 2, d=5)
print(both(3), both(3, d=9), both.args, both.keywords)
for wrong in (lambda: reduce(max, []), lambda: reduce(max, 5), lambda: reduce(len, [1, 2]), lambda: partial(5), lambda: partial(len)(1, 2), lambda: both()):
    try:
        print(wrong())
    except TypeError as error:
        print(error)
