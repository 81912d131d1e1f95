count = 0


def bump(by=1):
    global count
    count += by
    return count


def account(balance=0):
    history = []

    def deposit(amount, *, note=""):
        nonlocal balance
        if amount <= 0:
            raise ValueError(f"amount must be positive, not {amount}")
        balance += amount
        history.append((amount, note))
        return balance

    def statement(width=10):
        return [f"{a:>{width}.2f} {n or '-'}" for a, n in history], balance

    return deposit, statement


deposit, statement = account(100)
deposit(50, note="gift")
deposit(0.5)
try:
    deposit(-1)
except ValueError as error:
    print("refused:", error)
print(*statement(8))
print(bump(), bump(5), count, [bump() for _ in range(3)], count)
adders = [lambda x, n=n: x + n for n in range(3)]
late = [lambda x: x + n for n in range(3)]
print([f(10) for f in adders], [f(10) for f in late])


def compose(*functions):
    def composed(value):
        for function in functions:
            value = function(value)
        return value
    return composed


clean = compose(str.strip, str.lower, lambda s: s.replace(" ", "-"), lambda s, limit=8: s[:limit])
print([clean(s) for s in ("  Hello World  ", "A", "")], compose()(5))


def shared(item, into=[]):
    into.append(item)
    return into


print(shared(1), shared(2), shared(3, []), shared.__name__, compose.__name__, clean.__name__, (lambda: 0).__name__)
x = "outer"


def scopes():
    print([x for x in range(3)], x)
    def inner():
        nonlocal_x = x + "!"
        return nonlocal_x
    return inner()


print(scopes(), x)
try:
    def broken():
        print(y)
        y = 1
    broken()
except UnboundLocalError as error:
    print(type(error).__name__, error)
