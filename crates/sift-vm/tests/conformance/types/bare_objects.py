missing = object()


def find(record, path, default=missing):
    for key in path.split("."):
        record = record.get(key, missing) if isinstance(record, dict) else missing
        if record is missing:
            if default is missing:
                raise KeyError(path)
            return default
    return record


data = {"a": {"b": None, "c": 0}, "d": []}
print(find(data, "a.b"), find(data, "a.c", 5), find(data, "a.x", None), find(data, "d.e", "none"))
try:
    find(data, "a.b.c")
except KeyError as error:
    print("KeyError", error, error.args)
other = object()
print(missing == other, missing == missing, missing != other, type(missing) is object, type(missing).__name__, bool(missing), callable(missing))
print(isinstance(missing, object), isinstance(3, object), issubclass(int, object), [missing, other].index(other), missing in [other], len({missing, other, missing}))
for attempt in (lambda: missing < other, lambda: len(missing), lambda: missing + 1, lambda: missing[0], lambda: missing(), lambda: int(missing), lambda: list(missing)):
    try:
        print(attempt())
    except TypeError as error:
        print(type(error).__name__, error)
make = object
for arguments in ((1,), ("a", "b")):
    try:
        print(make(*arguments))
    except TypeError as error:
        print(error)
try:
    missing.value = 3
except AttributeError as error:
    print(error)
