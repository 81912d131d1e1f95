d = deque([1, 2, 3], maxlen=5)
d.append(4); d.appendleft(0); d.append(5)
print(d, d.maxlen, len(d), d[0], d[-1])
d.extend([6, 7]); d.extendleft("ab")
print(d, d.pop(), d.popleft(), d)
d.rotate(1); print(d)
d.rotate(-2); print(d)
d.insert(1, "x"); print(d, d.count("x"), d.index("x"))
d.remove("x"); d.reverse(); print(d, 3 in d, list(reversed(d)))
e = d.copy(); e.clear(); print(e, d == deque(d), d + deque([9]), deque("ab") * 2, bool(e))
q = deque()


def attempt(f, *args):
    try:
        print(f(*args))
    except Exception as error:
        print(type(error).__name__, error)


for f, args in [(q.pop, ()), (q.popleft, ()), (q.remove, (1,)), (q.index, (1,)), (deque, (5,)), (deque, ([], -1)), (deque, ([], "a")), (q.append, ()), (q.appendleft, (1, 2)), (q.extend, (5,)), (q.extendleft, (None,)), (q.rotate, ("a",)), (q.insert, ('a', 1)), (q.clear, (1,)), (q.copy, (1,)), (q.reverse, (1,)), (q.count, ()), (deque([1], 1).insert, (0, 2))]:
    attempt(f, *args)
try:
    d[10]
except IndexError as error:
    print(error)
try:
    for x in d:
        d.append(x)
except RuntimeError as error:
    print(error)
