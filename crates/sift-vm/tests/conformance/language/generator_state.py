def running(values):
    total = 0
    for count, value in enumerate(values, 1):
        total += value
        yield total, total / count


def pairs(items):
    it = iter(items)
    for a in it:
        yield a, next(it, None)


def tree(node):
    if node is None:
        return
    left, value, right = node
    yield from tree(left)
    yield value
    yield from tree(right)


print(list(running([3, 5, 10])))
print(list(pairs([1, 2, 3])), list(pairs([])))
root = (((None, 1, None), 2, (None, 3, None)), 4, (None, 5, None))
print(list(tree(root)), sum(tree(root)), max(tree(root)))
a, b, *rest = tree(root)
print(a, b, rest, 3 in tree(root), 9 in tree(root))
g = tree(root)
print(list(zip(g, "ab")), list(g))
