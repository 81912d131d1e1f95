x = "outer"
squares = [x * x for x in range(5)]
print(x, squares)
print({x: y for x, y in [("a", 1), ("b", 2)]}, x)
print({len(x) for x in ["a", "bb", "cc"]}, x)
print([y for x in [[1, 2], [3]] for y in x], x)
print([(a, b) for a in range(3) for b in range(a) if (a + b) % 2], x)
table = [[row * col for col in range(1, 4)] for row in range(1, 4)]
print(table, [list(column) for column in zip(*table)])
print([last := n for n in range(4)], last)
values = [1, 2, 3]
print([v for v in values if (half := v / 2) > 0.5], half)
print(any((hit := w).startswith("b") for w in ["apple", "banana", "cherry"]), hit)
nested = [[i for i in range(i)] for i in range(4)]
print(nested)
