values = ["text", 5, 2.5, [1], (1,), {"a": 1}, {1}, None, len, range(3), lambda: 0]
for value in values:
    try:
        value.nothing_like_it
    except AttributeError as error:
        print(error)
m = re.search("z", "abc")
try:
    print(m.group(0))
except AttributeError as error:
    print(error)
for f in [lambda v: v.append(1), lambda v: v.keys(), lambda v: v.upper()]:
    for value in [(), 1, None]:
        try:
            f(value)
        except AttributeError as error:
            print(error)
