def count(n):
    for i in range(n):
        yield i * 10


items = [1, 2, 3, 4]
items[1:3] = (x for x in [7, 8, 9])
print(items)
items[:] = (x for x in items if x > 3)
print(items)
items[2:2] = map(str, [5, 6])
print(items)
items[::2] = filter(None, [0, "a", 0, "b", "c"])
print(items)
items[:1] = count(3)
print(items)
items[len(items):] = count(2)
print(items)
items[1:] = zip("ab", reversed("cd"))
print(items)
try:
    items[::2] = count(5)
except ValueError as error:
    print(error)
try:
    items[:] = 7
except TypeError as error:
    print(error)
print(items)


def failing():
    yield 1
    raise KeyError("in the midst")


try:
    items[:1] = failing()
except KeyError as error:
    print("raised", error, items)
