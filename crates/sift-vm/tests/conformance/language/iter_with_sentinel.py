import io

text = io.StringIO("first line\nsecond line\nSTOP\nnot read\n")
print([line.rstrip() for line in iter(text.readline, "STOP\n")], text.readline())
source = io.StringIO("abcdefghij")
print(list(iter(lambda: source.read(4), "")))
queue = [3, 1, 4, 1, 5, 0, 9]
calls = iter(lambda: queue.pop(0), 0)
print(next(calls), sum(calls), queue, next(calls, "ended"), list(calls))
counter = {"n": 0}


def tick():
    counter["n"] += 1
    if counter["n"] == 4:
        raise StopIteration
    return counter["n"]


print(list(iter(tick, 99)), counter)
for batch in iter(lambda data=list(range(7)): [data.pop(0) for _ in range(min(3, len(data)))], []):
    print(batch, end=" ")
print()
nan = float("nan")
values = [1, nan, 2]
print(list(iter(lambda: values.pop(0), nan)), values, [x for x in iter([None, 1].pop, None)])
for arguments in ((5, 1), ([1], 1), (None, None), ()):
    f = iter
    try:
        print(f(*arguments))
    except TypeError as error:
        print(error)
failing = iter(lambda: 1 // 0, 1)
try:
    next(failing)
except ZeroDivisionError as error:
    print(error)
