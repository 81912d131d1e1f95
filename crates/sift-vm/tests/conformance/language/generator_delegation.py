log = []


def inner(name):
    got = []
    try:
        while len(got) < 3:
            try:
                got.append((yield name, len(got)))
            except ValueError as error:
                log.append(f"{name} caught {error}")
                got.append("caught")
    except GeneratorExit:
        log.append(f"{name} exits")
        raise
    finally:
        log.append(f"{name} ends")
    return got


def outer():
    first = yield from inner("first")
    second = yield from inner("second")
    extra = yield "between"
    return first, second, extra


g = outer()
print(next(g), g.send("a"), g.send("b"), g.throw(ValueError("v")), log)
print(g.send(1), next(g), g.send(3))
try:
    g.send("end")
except StopIteration as stop:
    print(stop.value, log)

log.clear()


def outermost():
    try:
        result = yield from outer()
    except KeyError as error:
        result = f"outermost caught {error}"
    yield result


g = outermost()
print(next(g), g.send("x"), g.throw(ValueError("deep")))
print(g.throw(KeyError("k")), next(g, "end"), log)

log.clear()
g = outermost()
next(g)
print(g.close(), next(g, "closed"), log)

log.clear()
g = outer()
print(next(g))
try:
    g.throw(GeneratorExit("thrown"))
except GeneratorExit as error:
    print("exit", error.args, log)


def over(values):
    yield from values


for values in ([1, 2, 3], "abc", iter((1, 2)), range(3), {1: 2, 3: 4}, map(str, [1, 2]), enumerate("ab")):
    g = over(values)
    print(next(g), end=" ")
    try:
        g.send("value")
    except AttributeError as error:
        print(str(error).split(" has ")[1], next(g, "ended"), end=" ")
    g = over([1, 2])
    next(g)
    try:
        g.throw(ValueError("over"))
    except ValueError as error:
        print(error, next(g, "ended"))


def swallows():
    while True:
        try:
            yield "still here"
        except GeneratorExit:
            pass


def around():
    try:
        yield from swallows()
    except RuntimeError as error:
        yield f"around: {error}"


g = around()
next(g)
try:
    print(g.close())
except RuntimeError as error:
    print(error)
print(next(g, "over"))


def returns():
    try:
        yield 1
    except GeneratorExit:
        return 2


def keeps(values):
    try:
        got = yield from values
        log.append(got)
    finally:
        log.append("kept")


log.clear()
g = keeps(returns())
next(g)
print(g.close(), log)


def countdown(n):
    if n:
        got = yield n
        log.append(got)
        yield from countdown(n - 1)


log.clear()
g = countdown(5)
values = [next(g)]
try:
    while True:
        values.append(g.send(values[-1] * 10))
except StopIteration:
    print(values, log)

shared = inner("shared")
g = over(shared)
print(next(g), next(shared), g.send(1))
shared.close()
try:
    g.send(2)
except StopIteration as stop:
    print("ended", stop.value)

shared = (n for n in range(9))
g = over(shared)
print(next(g), shared.close())
try:
    g.throw(LookupError("outer gets it"))
except LookupError as error:
    print(error)
