text = "a1 b22 c333\n\nd4 e55"
table = [[(cell[0], int(cell[1:])) for cell in line.split()] for line in text.split("\n") if line]
print(table, [n for row in table for _, n in row if n > 4], {k: n for row in table for k, n in row})
print([[r * c for c in range(1, 4)] for r in range(1, 4)], [(x, y) for x in range(3) for y in range(x)], [y for x in "ab" if x > "a" for y in x * 3])
x = "outer"
print([x for x in range(3)], x, {x: x for x in "q"}, x, [(lambda: x)() for _ in "1"], list(x for x in "z"), x)
print([a if a % 2 else -a for a in range(5)], [(i, j) for i, row in enumerate(table) for j, _ in enumerate(row)], {len(w) for w in text.split()} == {2, 3, 4})
print([y := n * 2 for n in range(3)], y, [last for n in range(4) if (last := n * n) > 2], last)
functions = [lambda n, k=k: n + k for k in range(3)]
late = [lambda n: n + k for k in range(3)]
print([f(10) for f in functions], [f(10) for f in late])
primes = [n for n in range(2, 40) if all(n % d for d in range(2, int(n**0.5) + 1))]
print(primes, sum(1 for p in primes if p + 2 in primes), [*zip(primes, primes[1:])][-1])
transposed = [[row[i] for row in ([1, 2, 3], [4, 5, 6])] for i in range(3)]
print(transposed, [v for v in sum(transposed, []) if v % 2 == 0], [[]] == [[] for _ in range(1)], [*range(3), *"ab", *{"k": 1}])
try:
    print([1 / n for n in (2, 1, 0)])
except ZeroDivisionError as e:
    print(e)
try:
    print({[n]: n for n in range(2)})
except TypeError as e:
    print(e)
