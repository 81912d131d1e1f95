values = ["text", [1], (1, 2), {"a": 1}, {1}, frozenset([1]), range(3), deque([1]), 1, 2.5, None, True,
          (n for n in [1]), len, lambda: 1, {"a": 1}.keys(), {"a": 1}.values(), {"a": 1}.items()]
for value in values:
    print(
        type(value).__name__,
        hasattr(value, "__len__"),
        hasattr(value, "__iter__"),
        hasattr(value, "__next__"),
        hasattr(value, "__getitem__"),
        hasattr(value, "__setitem__"),
        hasattr(value, "__contains__"),
        hasattr(value, "__call__"),
        hasattr(value, "__str__"),
        hasattr(value, "__hash__"),
    )


def size(value):
    return len(value) if hasattr(value, "__len__") else "N/A"


data = {"users": [1, 2], "name": "abc", "count": 3, "share": 0.5, "tags": {"x", "y"}}
print({key: size(value) for key, value in data.items()})
flat = []
for value in data.values():
    if hasattr(value, "__iter__") and not isinstance(value, str):
        flat.extend(sorted(value))
    else:
        flat.append(value)
print(flat, hasattr(print, "__len__"), hasattr(print, "__call__"))
counts = Counter("banana")
print(hasattr(counts, "__getitem__"), hasattr(counts, "most_common"), hasattr(counts, "missing"))
