def make_counter(start=0, step=1):
    value = start

    def bump(times=1):
        nonlocal value
        value += step * times
        return value

    def peek():
        return value

    return bump, peek


bump, peek = make_counter(10, 5)
print(bump(), bump(2), peek())
other, _ = make_counter()
print(other(), peek(), other(3))
makers = [make_counter(n)[0] for n in range(3)]
print([m() for m in makers], [m() for m in makers])
