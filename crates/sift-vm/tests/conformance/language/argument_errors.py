def attempt(f, *args, **kwargs):
    try:
        print(f(*args, **kwargs))
    except TypeError as error:
        print("TypeError:", error)


def two(a, b):
    return a + b


def optional(a, b=2, c=3):
    return a, b, c


def keyword_only(a, *, key):
    return a, key


def positional_only(a, b, /, c):
    return a, b, c


attempt(two, 1)
attempt(two)
attempt(two, 1, 2, 3)
attempt(two, 1, b=2, a=3)
attempt(two, 1, c=2)
attempt(optional)
attempt(optional, 1, 2, 3, 4)
attempt(keyword_only, 1)
attempt(keyword_only, 1, 2)
attempt(keyword_only, key=1)
attempt(positional_only, 1, 2, c=3)
attempt(positional_only, 1, b=2, c=3)
attempt(lambda: 1, 2)
attempt(5)
attempt("text")
attempt(None)
