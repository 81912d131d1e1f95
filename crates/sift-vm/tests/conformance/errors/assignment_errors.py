def attempt(f):
    try:
        f()
        print("fine")
    except Exception as error:
        print(type(error).__name__, error)


def to_tuple():
    t = (1, 2)
    t[0] = 5


def to_text():
    s = "abc"
    s[0] = "x"


def out_of_range():
    items = [1]
    items[5] = 0


def bad_index():
    items = [1]
    items["a"] = 0


def to_none():
    n = None
    n["k"] = 1


def list_key():
    d = {}
    d[[1]] = 2


def bad_slice():
    items = [1, 2, 3]
    items[0:2] = 5


def to_set():
    s = {1}
    s[0] = 2


def to_range():
    range(3)[0] = 1


for f in [to_tuple, to_text, out_of_range, bad_index, to_none, list_key, bad_slice, to_set, to_range]:
    attempt(f)
