def averager():
    total = count = 0
    average = None
    while True:
        value = yield average
        total += value
        count += 1
        average = total / count


g = averager()
print(next(g), [g.send(n) for n in (10, 20, 60)])


def echo():
    got = []
    while len(got) < 3:
        got.append((yield len(got)))
    return got


e = echo()
print(e.send(None), e.send("a"), next(e))
try:
    e.send("last")
except StopIteration as stop:
    print("returned", stop.value, stop.args)
for again in (lambda: e.send(1), lambda: e.send(None), lambda: next(e)):
    try:
        again()
    except StopIteration as stop:
        print("ended", stop.value, stop.args)

for start in (1, "x", [], False):
    try:
        echo().send(start)
    except TypeError as error:
        print(error)

try:
    echo().send()
except TypeError as error:
    print(error)
try:
    echo().send(1, 2)
except TypeError as error:
    print(error)
try:
    echo().send(value=1)
except TypeError as error:
    print(error)


def itself():
    try:
        yield me.send(None)
    except ValueError as error:
        yield str(error)


me = itself()
print(next(me), next(me, "end"))

send = averager().send
send(None)
print(send(4), list(map(send, [8, 12])), sorted([3, 1, 2], key=send))


def switch():
    step = 1
    n = 0
    while n < 20:
        jump = yield n
        step = jump or step
        n += step


s = switch()
print([n if n != 3 else (n, s.send(5)) for n in s])

first, *rest = (x for x in (yield_ for yield_ in "ab"))
print(first, rest)
print([*map((lambda gen: gen.send(None)), [(n for n in [1]), (n for n in [2])])])


def conditional(flag):
    x = (yield "one") if flag else (yield "two")
    y = x * 2
    print("got", x, y, end=" ")
    z = yield x, y
    yield f"{z!r}"


c = conditional(True)
print(next(c), c.send("sent"), c.send(None), next(c, "done"))
