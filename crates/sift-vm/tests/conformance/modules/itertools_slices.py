# The first items of a long iterator, without reading the rest.
from itertools import islice, takewhile, dropwhile, count, cycle, repeat
def numbers():
    for n in range(100):
        print("read", n)
        yield n
print(list(islice(numbers(), 2)), list(islice(numbers(), 1, 4, 2)))
lines = iter(["# title", "# by me", "text", "# not a title", "more"])
body = dropwhile(lambda line: line.startswith("#"), lines)
print(next(body), list(body), next(lines, None))
print(list(takewhile(lambda n: n * n < 50, count(1))), list(takewhile(str.isalpha, "ab1c")))
print(list(islice(cycle("abc"), 7)), list(repeat("-", 3)), list(map(pow, range(5), repeat(2))))
print(list(islice(count(10, -3), 4)), list(islice(count(0.5), 2)), list(cycle("")), list(islice("abcdef", 2, None, 3)))
rest = iter(range(10))
print(list(islice(rest, 3)), list(islice(rest, 3)), list(rest))
for wrong in (lambda: islice("abc", -1), lambda: islice("abc", 0, 3, 0), lambda: islice("abc", "2"), lambda: islice("abc", -1, 2)):
    try:
        wrong()
    except ValueError as error:
        print(error)
for wrong in (lambda: count("a"), lambda: repeat("a", "b"), lambda: cycle(3), lambda: takewhile(len, 3), lambda: list(dropwhile(len, [1]))):
    try:
        wrong()
    except TypeError as error:
        print(error)
