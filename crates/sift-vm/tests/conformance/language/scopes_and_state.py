count = 0
log = []


def bump(by=1):
    global count
    count += by
    log.append(count)
    return count


def counter(start):
    step = 1

    def up():
        nonlocal start
        start += step
        return start

    def faster(n):
        nonlocal step
        step *= n

    return up, faster


def averager():
    total = n = 0

    def add(*values):
        nonlocal total, n
        total += sum(values)
        n += len(values)
        return total / n if n else None

    return add


up, faster = counter(10)
print(up(), up(), faster(5), up(), [bump(), bump(2), bump(by=3)], count, log)
add = averager()
print(add(), add(1, 2), add(6), averager()(4))


def defaults(item, into=[], *, seen={}):
    into.append(item)
    seen[item] = len(into)
    return into, dict(seen)


print(defaults(1), defaults(2), defaults(3, []))


def wrong():
    print(later)
    later = 1


for call in (wrong, lambda: later_bound):
    try:
        call()
    except NameError as e:
        print(type(e).__name__, e)
later_bound = 1
print((lambda: later_bound)(), [f(2) for f in [lambda n: n ** 2, lambda n: -n]], (lambda x: lambda y: x + y)(1)(2))
del later_bound
try:
    print(later_bound)
except NameError as e:
    print(e)
