def sink(results):
    try:
        while True:
            results.append((yield))
    except GeneratorExit:
        results.append("done")


def transform(function, target):
    next(target)
    try:
        while True:
            target.send(function((yield)))
    finally:
        target.close()


def only(predicate, target):
    next(target)
    dropped = 0
    try:
        while True:
            item = yield dropped
            if predicate(item):
                target.send(item)
            else:
                dropped += 1
    finally:
        target.close()


results = []
pipeline = only(str.isalpha, transform(str.upper, sink(results)))
next(pipeline)
for word in "the 3 cats ate 12 fish".split():
    dropped = pipeline.send(word)
pipeline.close()
print(results, dropped)


def scheduler(tasks):
    queue = list(tasks.items())
    order = []
    while queue:
        name, task = queue.pop(0)
        try:
            order.append((name, task.send(None)))
            queue.append((name, task))
        except StopIteration as stop:
            order.append((name, "returned", stop.value))
    return order


def task(steps):
    for step in range(steps):
        yield step
    return steps * 100


for entry in scheduler({"a": task(2), "b": task(1), "c": task(3)}):
    print(*entry)


def parser():
    """Collects key=value lines; a blank line ends a record."""
    record = {}
    while True:
        line = yield
        if line is None:
            return record
        key, _, value = line.partition("=")
        if not value:
            raise ValueError(f"no value in {line!r}")
        record[key.strip()] = value.strip()


def records(lines):
    current = None
    for line in lines:
        if current is None:
            current = parser()
            next(current)
        try:
            current.send(line or None)
        except StopIteration as stop:
            yield stop.value
            current = None
        except ValueError as error:
            yield f"error: {error}"
            current = None


print(list(records(["a = 1", "b = 2", "", "c=3", "", "wrong", "d = 4", ""])))

acc = (lambda: (yield from map(str, range(3))))()
print(next(acc), list(acc))
try:
    parser().send("too early")
except TypeError as error:
    print(error)
try:
    p = parser()
    next(p)
    p.throw(TimeoutError("no line came"))
except TimeoutError as error:
    print(type(error).__name__, error)
try:
    p.close("now")
except TypeError as error:
    print(error)
