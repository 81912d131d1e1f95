FEN = "r1bk3r/p2pBpNp/n4n2/1p1NP2P/6P1/3P4/P1P1K3/q5b1"
VALUE = dict(zip("pnbrq", (1, 3, 3, 5, 9)))


def board(fen):
    rows = []
    for number, row in enumerate(fen.split("/")):
        cells = []
        for c in row:
            cells += ["."] * int(c) if c.isdigit() else [c]
        if len(cells) != 8:
            raise ValueError(f"row {8 - number} has {len(cells)} cells: {row!r}")
        rows.append(cells)
    return rows


def knight_moves(rows, r, c):
    own = rows[r][c].isupper()
    for dr, dc in [(a * s, b * t) for a, b in ((1, 2), (2, 1)) for s in (1, -1) for t in (1, -1)]:
        y, x = r + dr, c + dc
        if 0 <= y < 8 and 0 <= x < 8 and (rows[y][x] == "." or rows[y][x].isupper() != own):
            yield f"{chr(97 + x)}{8 - y}", rows[y][x]


rows = board(FEN)
print("\n".join(" ".join(row) for row in rows))
pieces = [(cell, f"{'abcdefgh'[c]}{8 - r}") for r, row in enumerate(rows) for c, cell in enumerate(row) if cell != "."]
white, black = ([p for p in pieces if p[0].isupper() == side] for side in (True, False))
print(len(white), len(black), sum(VALUE.get(p.lower(), 0) for p, _ in white) - sum(VALUE.get(p, 0) for p, _ in black))
for r, c in [(r, c) for r in range(8) for c in range(8) if rows[r][c] in "Nn"]:
    moves = sorted(knight_moves(rows, r, c))
    takes = [f"x{square}({taken})" for square, taken in moves if taken != "."]
    print(f"{rows[r][c]}{chr(97 + c)}{8 - r}: {len(moves)} moves", *takes)
files = [sum(row[c] in "pP" for row in rows) for c in range(8)]
print(files, [*map("".join, zip(*rows[::-1]))][0], max(zip(files, "abcdefgh")))
for wrong in ("8/8", "9/8", "xx/ppppppppp"):
    try:
        board(wrong) and print(wrong, "fine")
    except ValueError as e:
        print(e)
