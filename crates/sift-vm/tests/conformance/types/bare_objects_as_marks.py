END, SKIP = object(), object()
stream = iter(["a", SKIP, "b", "", None, END, "never"])
kept = []
for item in iter(lambda: next(stream), END):
    if item is SKIP:
        continue
    kept.append(item)
print(kept, next(stream), next(stream, END) is END)
names = {END: "end", SKIP: "skip"}
print([names.get(item, item) for item in ("x", END, SKIP)], len(names), END in names, object() in names)


def changed(old, new):
    nothing = object()
    return sorted(key for key in old.keys() | new.keys() if old.get(key, nothing) != new.get(key, nothing))


print(changed({"a": None, "b": 1}, {"b": 1, "c": None}), changed({}, {}), changed({"x": 1}, {"x": 1.0}))
groups = [[]]
for item in [1, 2, END, 3, END, END, 4]:
    if item is END:
        groups.append([])
    else:
        groups[-1].append(item)
print(groups, object is object, type(object), object.__name__)
t = type
for arguments in ((), (1, 2), (1, 2, 3, 4)):
    try:
        print(t(*arguments))
    except TypeError as error:
        print(error)
