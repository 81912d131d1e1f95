from itertools import accumulate, combinations, count, cycle, dropwhile, islice, takewhile, tee


def generator(seed, modulus=2**31 - 1, factor=16807):
    while True:
        seed = seed * factor % modulus
        yield seed


draws = [sorted({n % 49 + 1 for n in islice(generator(seed), 6)}) for seed in range(1, 6)]
for draw in draws:
    gaps = [b - a for a, b in zip(draw, draw[1:])]
    print(f"{str(draw):<28} sum {sum(draw):>3} gap {max(gaps, default=0):>2} {'odd' if sum(n % 2 for n in draw) > 3 else 'mixed'}")
flat = [n for draw in draws for n in draw]
pairs = {}
for draw in draws:
    for pair in combinations(draw, 2):
        pairs[pair] = pairs.get(pair, 0) + 1
print(max(pairs.values()), len(pairs), sorted(set(range(1, 50)) - set(flat))[:5], min(flat), max(flat))
print(list(accumulate(flat[:6])), list(accumulate(flat[:6], max)), list(accumulate([1, 2, 3], lambda a, b: a * b, initial=10)))
a, b = tee(flat)
next(b, None)
print(sum(y > x for x, y in zip(a, b)), list(takewhile(lambda n: n < 30, flat)), list(islice(dropwhile(lambda n: n < 30, flat), 3)))
print([c + str(n) for c, n in zip(cycle("ab"), count(1, 3)) if n < 11 or n > 40][:4] if False else [c + str(n) for c, n in islice(zip(cycle("ab"), count(1, 3)), 4)])
print(next(n for n in generator(42) if n % 1000 == 7), sum(1 for n in islice(generator(7), 100) if n % 2), [n % 10 for n in islice(generator(3), 2, 9, 3)])
