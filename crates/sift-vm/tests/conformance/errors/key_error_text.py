d = {"a": 1}
for key in ["b", "it's", 'say "x"', "two\nlines", 5, None, (1, "x"), ""]:
    try:
        d[key]
    except KeyError as error:
        print(error, str(error), error.args, repr(error))
try:
    {}.popitem()
except KeyError as error:
    print(error)
try:
    set().pop()
except KeyError as error:
    print(error)
try:
    {1, 2}.remove(3)
except KeyError as error:
    print(error, error.args[0] + 1)
try:
    "{x} {y}".format(x=1)
except KeyError as error:
    print("missing", error)
