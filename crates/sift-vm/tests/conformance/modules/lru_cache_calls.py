# Functions with cached results.
from functools import lru_cache, cache
import functools
@lru_cache(maxsize=None)
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)
print(fib(90), fib.cache_info(), fib.__name__, fib.cache_parameters())
fib.cache_clear()
print(fib.cache_info(), fib(10), fib.cache_info().hits, fib.cache_info()[1])
@cache
def area(width, height=1):
    print("computing", width, height)
    return width * height
print(area(2), area(2), area(2, height=3), area(2, height=3), area(width=2), area.cache_info().misses)
@functools.lru_cache(maxsize=2)
def square(x):
    print("square of", x)
    return x * x
print([square(x) for x in (1, 2, 1, 3, 2, 1)], square.cache_info())
@lru_cache
def distance(a, b):
    if not a or not b:
        return len(a) + len(b)
    return min(distance(a[1:], b) + 1, distance(a, b[1:]) + 1, distance(a[1:], b[1:]) + (a[0] != b[0]))
print(distance("kitten", "sitting"), distance.cache_info().currsize > 10)
@lru_cache(typed=True)
def kind(x):
    return type(x).__name__
@lru_cache(maxsize=0)
def forget(x):
    return x
print(kind(1), kind(1.0), kind(True), kind.cache_info(), forget(1), forget(1), forget.cache_info(), forget.cache_parameters())
lengths = lru_cache(maxsize=10)(len)
print(lengths("abc"), lengths("abc"), lengths.cache_info(), lengths.__name__, callable(lengths), list(map(lengths, ["a", "bb"])))
for check in (lambda: square([1]), lambda: square(), lambda: lru_cache("a"), lambda: cache(5), lambda: lru_cache(5)(5), lambda: square({"a": 1}), lambda: square.cache_info(1)):
    try:
        check()
    except TypeError as error:
        print(error)
