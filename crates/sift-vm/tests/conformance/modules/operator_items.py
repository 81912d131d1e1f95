# Sorting and picking by itemgetter, attrgetter and methodcaller.
from operator import itemgetter, attrgetter, methodcaller
rows = [{"name": "ann", "age": 30}, {"name": "bob", "age": 25}, {"name": "cy", "age": 30}]
print(sorted(rows, key=itemgetter("age")), max(rows, key=itemgetter("age", "name")))
print(list(map(itemgetter("name"), rows)), itemgetter(1, 0)("xyz"), itemgetter(slice(1, 3))("abcd"), itemgetter(-1)([1, 2]))
print(sorted({"a": 3, "b": 1}.items(), key=itemgetter(1)), dict(sorted(Counter("banana").items(), key=itemgetter(1), reverse=True)))
print(attrgetter("real")(5), attrgetter("real", "imag")(5), list(map(methodcaller("strip", "-"), ["-a-", "b-"])), methodcaller("split", ",", maxsplit=1)("a,b,c"))
print(itemgetter(1), itemgetter("a", 2), attrgetter("real"), attrgetter("a.b", "c"), methodcaller("upper"), methodcaller("split", ",", maxsplit=1))
matches = re.finditer(r"(\w)(\d)", "a1 b2")
print([itemgetter(1, 2)(match) for match in matches])
for wrong in (lambda: itemgetter(5)([1]), lambda: itemgetter("x")({}), lambda: attrgetter("nope")(5), lambda: methodcaller("nope")(5), lambda: attrgetter(5), lambda: methodcaller(5), lambda: itemgetter(1)(5)):
    try:
        print(wrong())
    except (LookupError, AttributeError, TypeError) as error:
        print(type(error).__name__, error)
