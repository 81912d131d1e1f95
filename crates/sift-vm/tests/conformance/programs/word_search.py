grid = """
SUNRISE
AXOTCAT
LEMONUR
TYZPEAR
"""
rows = grid.split()
assert len({len(row) for row in rows}) == 1, "rows differ in length"


def lines(rows):
    height, width = len(rows), len(rows[0])
    for r, row in enumerate(rows):
        yield ("row", r), row
    for c, column in enumerate(zip(*rows)):
        yield ("column", c), "".join(column)
    for d in range(-height + 1, width):
        yield ("down", d), "".join(rows[r][r + d] for r in range(height) if 0 <= r + d < width)
        yield ("up", d), "".join(rows[height - 1 - r][r + d] for r in range(height) if 0 <= r + d < width)


def find(word):
    return [
        (*place, at, "back" if text is not line else "on")
        for place, line in lines(rows)
        for text in (line, line[::-1])
        if (at := text.find(word)) >= 0
    ]


for word in ["SUN", "SALT", "LEMON", "PEAR", "TAC", "NOT", "RAEP", "MOON", "XZ"]:
    found = find(word)
    print(f"{word:<6}", found[0] if len(found) == 1 else found or "none")
letters = {}
for row in rows:
    for letter in row:
        letters[letter] = letters.get(letter, 0) + 1
print(sorted(letters.items(), key=lambda p: (-p[1], p[0]))[:3], [l for l, n in letters.items() if n == 1])
longest = max((text for _, text in lines(rows)), key=len)
print(longest, sum(1 for _ in lines(rows)), rows[-1][-1:-4:-1], rows[0][1::2], rows[0][10:], rows[0][-100:2])
