from itertools import product

start = """
.....
..#..
...#.
.###.
....."""
alive = {(r, c) for r, row in enumerate(start.split()) for c, x in enumerate(row) if x == "#"}
size = 5


def neighbours(cell):
    r, c = cell
    return {((r + dr) % size, (c + dc) % size) for dr, dc in product((-1, 0, 1), repeat=2)} - {cell}


def step(alive):
    counts = {}
    for cell in alive:
        for other in neighbours(cell):
            counts[other] = counts.get(other, 0) + 1
    return {cell for cell, n in counts.items() if n == 3 or n == 2 and cell in alive}


def shown(alive):
    return "\n".join("".join(".#"[(r, c) in alive] for c in range(size)) for r in range(size))


seen = {frozenset(alive): 0}
for turn in range(1, 100):
    alive = step(alive)
    key = frozenset(alive)
    if key in seen:
        print(f"turn {turn} repeats turn {seen[key]}")
        break
    seen[key] = turn
    if turn in (1, 4):
        print(shown(alive), len(alive), sep="\n")
else:
    print("never repeats")
print(len(seen), sorted(alive), {len(k) for k in seen}, all(len(neighbours(c)) == 8 for c in alive))
print(sorted(neighbours((0, 0)))[:3], max(sum(r for r, _ in k) for k in seen), step(set()), step({(0, 0), (0, 1), (0, 2)}) == {(0, 1), (1, 1), (4, 1)})
