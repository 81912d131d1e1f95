# Batches of a stream, and the first match in it.
from itertools import islice, count, takewhile, chain
def batches(values, size):
    values = iter(values)
    while batch := list(islice(values, size)):
        yield batch
print(list(batches(range(7), 3)), [len(batch) for batch in batches("a" * 10, 4)], list(batches([], 2)))
pages = ({"page": n, "items": list(range(n * 2, n * 2 + 2))} for n in count())
found = next(page for page in pages if 7 in page["items"])
print(found, next(pages)["page"])
lines = iter("name: x\nsize: 3\n\nbody\nmore".splitlines())
head = dict(line.split(": ") for line in takewhile(bool, lines))
print(head, list(lines))
print(list(chain(islice("abcdef", 2), "-", islice("abcdef", 4, None))), list(islice(range(100), 10, 50, 15)), dict(zip("abc", count(1))), list(zip(count(), "ab")))
squares = (n * n for n in count(1))
print(list(takewhile(lambda n: n < 40, squares)), next(squares))
try:
    next(islice([], 1))
except StopIteration:
    print("nothing there")
