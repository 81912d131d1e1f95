def countdown(n):
    while n > 0:
        yield n
        n -= 1
    return "done"


def chained(*parts):
    for part in parts:
        result = yield from part
        if result:
            yield result


print(list(countdown(3)), list(chained(countdown(2), [9], "ab")))
g = countdown(2)
print(next(g), next(g), next(g, "nothing left"), next(g, None))
try:
    next(g)
except StopIteration as stop:
    print("stopped", stop.value)
g = countdown(1)
next(g)
try:
    next(g)
except StopIteration as stop:
    print("stopped with", repr(stop.value), stop.args)


def naturals():
    n = 0
    while True:
        yield n
        n += 1


evens = (n for n in naturals() if n % 2 == 0)
print([next(evens) for _ in range(5)], next(evens))
