log = []


def reader(lines):
    log.append("open")
    try:
        for line in lines:
            yield line.strip()
    finally:
        log.append("close")


print(list(reader([" a ", "b "])), log)


def failing():
    try:
        yield 1
        raise KeyError("inside")
    except KeyError as error:
        yield f"handled {error}"
    finally:
        log.append("finally")
    yield "after"


print(list(failing()), log)


def bad():
    yield 1
    raise ValueError("broke")


got = []
try:
    for value in bad():
        got.append(value)
except ValueError as error:
    print(got, error)


def stops():
    yield 1
    raise StopIteration("oops")


try:
    list(stops())
except RuntimeError as error:
    print(type(error).__name__, error)
