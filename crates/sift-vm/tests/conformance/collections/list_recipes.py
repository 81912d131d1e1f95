items = [5, 3, 8, 1]
items.append(9); items.extend((2, 7)); items.insert(0, 0); items.insert(-1, "x"); items.insert(100, "end")
print(items, items.pop(), items.pop(0), items.index("x"), items.count(3))
items.remove("x"); items.reverse(); print(items, items.sort(), items)
items.sort(key=lambda n: (n % 2, -n)); print(items, items.copy() == items, items.copy() is items)
stack = []
for token in "( [ ] ) ]".split():
    if token in "([":
        stack.append(token)
    elif stack and stack[-1] + token in ("()", "[]"):
        print("closed", stack.pop() + token)
    else:
        print("unbalanced at", token)
chunks = [items[i:i + 3] for i in range(0, len(items), 3)]
print(chunks, [x for chunk in chunks for x in chunk] == items, list(zip(items[::2], items[1::2])))
print([1, 2] + [3], [0] * 3, [[]] * 2, 2 * [1, 2], [1, 2, 3].index(3, 1), (4, 5, 4).count(4), (4, 5).index(5), range(0, 10, 2).index(4), range(3).count(1))
rotated = items[2:] + items[:2]
print(rotated, items[-2:], items[:-2], sum(items[1:3]), items.clear(), items)
matrix = [[1, 2, 3], [4, 5, 6]]
print([row[1] for row in matrix], [list(r) for r in zip(*matrix)], sum(sum(r) for r in matrix), max(map(max, matrix)), [x * 2 for r in matrix for x in r if x % 2])
running, total = [], 0
for n in [4, -2, 7]:
    total += n
    running.append(total)
print(running, sorted(running, reverse=True), running == [4, 2, 9], running > [4, 2], [3, 1] < [3, 1, 0])
