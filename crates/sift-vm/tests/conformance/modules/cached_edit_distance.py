from functools import lru_cache


@lru_cache(maxsize=None)
def distance(a, b):
    if not a or not b:
        return len(a) + len(b)
    if a[0] == b[0]:
        return distance(a[1:], b[1:])
    return 1 + min(distance(a[1:], b), distance(a, b[1:]), distance(a[1:], b[1:]))


known = ["Müller", "Miller", "Möller", "Muller-Lüd", "Mull"]
for name in ("Mueller", "mull", "Miler"):
    ranked = sorted(known, key=lambda k: (distance(name.casefold(), k.casefold()), k))
    print(name, [(k, distance(name.casefold(), k.casefold())) for k in ranked[:2]])
info = distance.cache_info()
print(info.hits > 10, info.misses == info.currsize, info.maxsize, distance.cache_parameters())
distance.cache_clear()
print(distance.cache_info(), distance("kitten", "sitting"), distance("", "abc"), distance.cache_info().misses)
print(distance.__name__, distance.cache_parameters()["typed"])
