# A pipeline of small functions.
from functools import reduce, partial
import operator
def pipe(*functions):
    return lambda value: reduce(lambda result, function: function(result), functions, value)
clean = pipe(str.strip, str.lower, partial(re.sub, r"[^a-z ]", ""), str.split, partial(map, str.title), list)
print(clean("  Hello, WORLD of texts! "), pipe()(3))
power = lambda exponent, base: base ** exponent
square, cube = partial(power, 2), partial(power, 3)
print([square(n) for n in range(4)], cube(2), square.func is power, square.args, partial(print, end="!\n").keywords)
partial(print, "a", sep="-")("b", "c")
add_tax = partial(lambda rate, amount: round(amount * (1 + rate), 2), 0.2)
print(list(map(add_tax, [10, 20.5])), reduce(operator.add, map(add_tax, [1, 2])), reduce(lambda a, b: b, "xyz"), reduce(operator.add, [[1], [2], [3]]))
counts = reduce(lambda seen, word: {**seen, word: seen.get(word, 0) + 1}, "a b a".split(), {})
print(counts, reduce(lambda a, b: a if a > b else b, [3, 8, 1]), reduce(operator.and_, [{1, 2}, {2, 3}, {2}]), reduce(lambda a, b: a + b, (), "none"))
for wrong in (lambda: square(), lambda: square(1, 2), lambda: reduce(operator.add, []), lambda: reduce(operator.add, [1, "a"]), lambda: square.missing):
    try:
        print(wrong())
    except (TypeError, AttributeError) as error:
        print(type(error).__name__, error)
