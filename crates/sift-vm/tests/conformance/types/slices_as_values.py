def attempt(f, *args):
    try:
        print(repr(f(*args)))
    except Exception as error:
        print(type(error).__name__, error)


fields = {"name": slice(0, 8), "qty": slice(8, 12), "price": slice(12, None), "tail": slice(-3, None), "back": slice(None, None, -1)}
for line in ("apple      12 3.50", "fig         7  .99"):
    print({name: line[part].strip() for name, part in fields.items()})
for part in (slice(5), slice(1, -1), slice(None, None, -2), slice(10, 0, -3), slice(-100, 100)):
    print(part, part.start, part.stop, part.step, part.indices(6), list(range(*part.indices(6))) == list(range(6))[part])
part = slice(1, 5, 2)
attempt(part.indices, -1)
attempt(part.indices, "x")
attempt(part.indices)
attempt(part.indices, 2.5)
attempt(slice(1, 2, 0).indices, 5)
attempt(slice("a").indices, 5)
attempt(lambda: [1, 2][slice(None, "b")])
attempt(lambda: [1, 2][::0])
attempt(lambda: {part: 1})
print(part == slice(1, 5, 2), part != slice(1, 5), isinstance(part, slice), type(part).__name__)
items = list("abcdef")
items[part] = "XY"
del items[slice(0, 1)]
print(items, "".join(items)[fields["tail"]], (1, 2, 3)[slice(-2, None)])
