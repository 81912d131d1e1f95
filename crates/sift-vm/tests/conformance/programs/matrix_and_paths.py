grid = [
    "S.#.",
    "..#.",
    "#...",
    "..#E",
]


def find(mark):
    return next((r, c) for r, row in enumerate(grid) for c, cell in enumerate(row) if cell == mark)


def shortest(start, goal):
    queue, seen = deque([(start, [start])]), {start}
    while queue:
        (r, c), path = queue.popleft()
        if (r, c) == goal:
            return path
        for dr, dc in ((0, 1), (1, 0), (0, -1), (-1, 0)):
            step = (r + dr, c + dc)
            if 0 <= step[0] < len(grid) and 0 <= step[1] < len(grid[0]) and grid[step[0]][step[1]] != "#" and step not in seen:
                seen.add(step)
                queue.append((step, path + [step]))


path = shortest(find("S"), find("E"))
print(len(path) - 1, path)
print([list(row) for row in zip(*grid)][0], ["".join(reversed(row)) for row in grid[::-1]])
a, b = [[1, 2], [3, 4]], [[0, 1], [1, 0]]
print([[sum(x * y for x, y in zip(row, col)) for col in zip(*b)] for row in a])
