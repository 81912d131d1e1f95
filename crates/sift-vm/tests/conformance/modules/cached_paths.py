# Counting paths and making change with cached results.
from functools import lru_cache, cache
@lru_cache(maxsize=None)
def paths(rows, columns):
    if rows == 1 or columns == 1:
        return 1
    return paths(rows - 1, columns) + paths(rows, columns - 1)
@cache
def ways(amount, coins=(1, 2, 5)):
    if amount == 0:
        return 1
    if amount < 0 or not coins:
        return 0
    return ways(amount - coins[-1], coins) + ways(amount, coins[:-1])
print(paths(10, 10), paths.cache_info().misses, ways(20), ways(100) == ways(100, (1, 2, 5)))
calls = []
@lru_cache(maxsize=3)
def look_up(name):
    calls.append(name)
    return name.upper()
print([look_up(name) for name in "abcabda"], calls, look_up.cache_info(), look_up.cache_parameters())
look_up.cache_clear()
print(look_up("a"), calls[-1], look_up.cache_info().currsize)
@lru_cache
def failing(n):
    calls.append(n)
    raise ValueError(f"no {n}")
for _ in range(2):
    try:
        failing(7)
    except ValueError as error:
        print(error, calls[-2:], failing.cache_info())
try:
    ways([1])
except TypeError as error:
    print(error)
