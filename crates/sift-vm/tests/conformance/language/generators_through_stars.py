def generate(*values):
    yield from values


def call(function, *args, **kwargs):
    return function(*args, **kwargs)


print(call(sorted, generate(3, 1, 2)), call(sorted, generate("b", "A"), key=str.lower), call(sum, generate(1, 2), 5))
print(call(list, generate(1, 2)), call(tuple, map(str, [1, 2])), call(set, generate(1)), call(dict, generate(("a", 1))), call(max, generate(1, 9)))
print(call(Counter, generate("a", "b", "a")), call(", ".join, generate("x", "y")), call(deque, generate(1, 2, 3), maxlen=2))
print(call(min, generate(4, 2), default=0), call(max, generate(), default="none"), sum(*[generate(1, 2)]))
print(sorted(*[generate(2, 1)], **{"reverse": True}), [].extend(*(g for g in [generate(1)])), print(*generate(1, 2), sep="-"))
print(list(call(zip, generate(1, 2), generate("a", "b"))))
print(partial(sorted, generate(3, 2, 1))(), partial(sum, generate(1, 2))(), partial(dict, generate(("k", "v")))(more=1))
print(list(itertools.starmap(sorted, [(generate(2, 1),), (generate("b", "a"),)])), list(map(sorted, [generate(2, 1), generate(4, 3)])))
print(call(reduce, max, generate(1, 5, 2)), call(itertools.chain, generate(1), generate(2)) is not None, call(any, generate(0, 1, 2)))
print(call(frozenset().union, generate(1), generate(2, 3)), call({1, 2}.intersection, generate(2)), call("{} {}".format, *generate("a", "b")))
kept = []
call(kept.extend, generate(1, 2))
call(kept.extend, kept)
print(kept, call(math.prod, generate(2, 3)), call(heapq.nsmallest, 1, generate(3, 1)))
shared = generate(1, 2, 3, 4)
print(call(next, shared), call(sorted, shared), call(list, shared))
values = [generate(5, 6)]
print(call(sum, *values), list(values[0]), type(values[0]).__name__)
named = {"key": None, "reverse": True}
print(call(sorted, generate(1, 2), **named), named)


def failing():
    yield 1
    raise ValueError("inside")


for use in (
    lambda: call(sorted, failing()), lambda: call(sum, generate("a")), lambda: call(sorted, generate(1, "a")), lambda: call(len, generate()),
    lambda: call(sorted, generate(), generate()), lambda: call(dict, generate(1)), lambda: call(sum, generate(1), wrong=generate(2)),
    lambda: call(max, generate()), lambda: call("-".join, generate("a", 1)),
):
    try:
        print(use())
    except (ValueError, TypeError) as error:
        print(type(error).__name__, error)
