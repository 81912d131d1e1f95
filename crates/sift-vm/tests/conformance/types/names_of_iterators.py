from collections import ChainMap

plain, counts, ordered, grouped = {1: 2}, Counter("ab"), OrderedDict({1: 2}), defaultdict(int, {1: 2})
point = namedtuple("Point", "x y")(1, 2)
for values in (
    [1], (1,), "a", "é", "", range(3), plain, plain.keys(), plain.values(), plain.items(), counts, counts.items(),
    ordered, ordered.keys(), ordered.items(), grouped, {1}, frozenset({1}), deque([1]), point,
):
    forth = iter(values)
    names = [type(values).__name__, type(forth).__name__]
    list(forth)
    names.append(type(forth).__name__)
    try:
        back = reversed(values)
        names.append(type(back).__name__)
        list(back)
        names.append(str(type(back)))
    except TypeError as error:
        names.append(error)
    print(*names)


def generate():
    yield 1


for lazy in (
    map(str, [1]), map(max, [1], [2]), map(str, generate()), filter(None, [1]), filter(str, "a"), zip([1]), zip(generate()),
    enumerate("a"), enumerate(generate()), iter(int, 0), re.finditer("a", "a"), counts.elements(), itertools.count(),
    itertools.chain("a"), generate(), (n for n in "a"), iter(generate()), iter(map(str, [1])),
):
    print(type(lazy).__name__, type(lazy), iter(lazy) is lazy)

print(map, filter, zip, enumerate, reversed, map.__name__, type(map), callable(filter))
print(isinstance(map(str, "a"), map), isinstance(generate(), map), isinstance(filter(None, []), (map, filter)))
print(isinstance(zip(generate()), zip), isinstance(enumerate(generate()), enumerate), type(zip()) is zip, type(map(str, "")) == map)
print(list(map(map, [str], [[1, 2]])) != [], [list(m) for m in map(filter, [None, str.isalpha], [[0, 1], "a1"])])
made = {"map": map, "filter": filter}
for use in (
    lambda: iter([])["a"], lambda: len(iter("a")), lambda: map(str, [1])[0], lambda: filter(None, [])[0], lambda: next([]),
    lambda: len(generate()), lambda: iter({}) + 1, lambda: iter("é") + 1, lambda: reversed([]) * 2, lambda: iter(deque())[0],
    lambda: made["map"](), lambda: made["map"](str), lambda: made["filter"](str), lambda: made["filter"](None, [], []),
    lambda: made["filter"](function=None, iterable=[]),
    lambda: map(str, 1), lambda: filter(None, 1), lambda: json.dumps(map(str, [1])),
    lambda: iter([]) < iter([]), lambda: {}.items() + [], lambda: sorted([iter(()), iter({1})]), lambda: map(1, [1]) and next(map(1, [1])),
):
    try:
        print("no error", use())
    except Exception as error:
        print(type(error).__name__, error)
for early in (
    lambda: zip(generate(), 5), lambda: zip([1], None), lambda: zip([1], 2, strict=True), lambda: map(max, [1], 2),
    lambda: filter(str, 1.5), lambda: enumerate(len),
):
    try:
        print("no error", early())
    except TypeError as error:
        print(error)
waiting = deque([1, 2])
later = map(str, waiting)
waiting.append(3)
try:
    print(list(later))
except RuntimeError as error:
    print(error)
