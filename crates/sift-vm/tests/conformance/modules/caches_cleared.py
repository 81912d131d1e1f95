from functools import cache, lru_cache

calls = []


@lru_cache(maxsize=2)
def square(n):
    calls.append(n)
    return n * n


@cache
def words(text):
    calls.append(text)
    return tuple(text.split())


@lru_cache(maxsize=None, typed=True)
def kind(value):
    calls.append(value)
    return type(value).__name__


print([square(n) for n in (1, 2, 1, 3, 2)], calls, square.cache_info())
square.cache_clear()
print(square.cache_info(), square(3), square.cache_parameters())
print(words("a b"), words("a b"), words.cache_info(), words.cache_parameters())
print(kind(1), kind(1.0), kind(True), kind(1), kind.cache_info(), kind.cache_parameters())
words.cache_clear()
print(words.cache_info().currsize, words.cache_info()._asdict())


def show(call, *args, **kwargs):
    try:
        print(call(*args, **kwargs))
    except Exception as e:
        print(type(e).__name__, e)


show(square.cache_clear, 1)
try:
    square.cache_parameters(1)
except TypeError as e:
    print(type(e).__name__)
show(square.cache_info, x=1)
show(words, ["unhashable"])
show(words)
show(lru_cache, "size")
show(cache)
