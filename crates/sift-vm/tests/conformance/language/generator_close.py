log = []


def reader(name):
    log.append(f"open {name}")
    try:
        for n in range(10):
            yield n
    except GeneratorExit:
        log.append(f"exit {name}")
        raise
    finally:
        log.append(f"close {name}")


r = reader("a")
print(next(r), next(r), r.close(), r.close(), next(r, "ended"), log)

log.clear()
never = reader("b")
print(never.close(), list(never), log)


def returns():
    try:
        yield 1
    except GeneratorExit:
        return 5


g = returns()
next(g)
print(g.close(), next(g, None))


def refuses():
    while True:
        try:
            yield 1
        except GeneratorExit:
            log.append("not yet")


g = refuses()
next(g)
try:
    g.close()
except RuntimeError as error:
    print(error, log)
print(next(g))


def fails():
    try:
        yield 1
    finally:
        raise ValueError("while closing")


g = fails()
next(g)
try:
    g.close()
except ValueError as error:
    print(error, next(g, "ended"))


def bare():
    try:
        yield 1
    except Exception:
        print("not seen: it is no Exception")
    else:
        print("not seen: nothing went well")


g = bare()
next(g)
print(g.close())


def inside():
    try:
        me.close()
    except ValueError as error:
        yield str(error)


me = inside()
print(next(me))


def first_line(lines):
    opened = reader("lines")
    try:
        for number in opened:
            if number == 2:
                return lines[number]
    finally:
        opened.close()


log.clear()
print(first_line("abc"), log)

nested = []


def outer():
    try:
        try:
            yield 1
        finally:
            nested.append("inner")
    finally:
        nested.append("outer")
        yield "from finally"


g = outer()
next(g)
try:
    g.close()
except RuntimeError as error:
    print(error, nested)

expression = (n for n in [1, 2, 3])
print(next(expression), expression.close(), list(expression))
close = reader("c").close
print(close(), GeneratorExit.__name__, issubclass(GeneratorExit, Exception))
try:
    reader("d").close(1)
except TypeError as error:
    print(error)
for maker in (iter, lambda items: map(str, items), enumerate, zip, reversed):
    print(hasattr(maker([1]), "close"), hasattr(maker([1]), "send"), hasattr(maker([1]), "throw"), end=" ")
print()
try:
    raise GeneratorExit("by hand")
except GeneratorExit as error:
    print(repr(error))
for call in (
    lambda: map(str, "a").close(), lambda: zip(n for n in "a").send(None), lambda: itertools.count().throw(ValueError),
    lambda: getattr(filter(None, []), "close"), lambda: iter([]).send(1),
):
    try:
        print("no error", call())
    except AttributeError as error:
        print(error)
