words = ["zero", "one", "two", "three"]
print(list(enumerate(words, start=-1)), dict(enumerate("ab", 1)), list(enumerate([])))
print(list(zip(words, range(2))), list(zip()), list(zip("ab", [1, 2], (None, True))))
print(list(map(len, words)), list(map(pow, [2, 3], [5, 2])), list(map(lambda a, b, c: a + b + c, "ab", "cd", "efg")))
print(list(filter(None, [0, 1, "", "x", [], None, 2.5])), list(filter(str.isupper, "aBcD")))
columns = list(zip(*[line.split(",") for line in "a,b,c\n1,2,3\nx,y".split("\n")]))
print(columns, dict(zip(*columns[:2])) if len(columns[0]) == 2 else columns[0])
pairs = zip("abc", [1, 2, 3])
print(next(pairs), list(pairs), list(pairs), next(pairs, "empty"))


def show(call, *args, **kwargs):
    try:
        print(list(call(*args, **kwargs)))
    except Exception as e:
        print(type(e).__name__, e)


show(zip, "ab", "abc", strict=True)
show(zip, "abc", "ab", strict=True)
show(zip, "abc", "abc", "ab", strict=True)
show(zip, 5)
show(zip, "ab", 5)
show(enumerate, 5)
show(enumerate, "a", "b")
show(enumerate, "ab", start=2)
show(enumerate)
show(map, len)
show(map, 5, [1])
show(map, len, [1])
show(filter, None)
show(filter, 3, [1])
show(reversed, {1})
show(reversed, "abc")
show(range, 1.5)
show(range, 1, 10, 0)
show(range)
