# Every path of a value, and the value at a path.
context = json.loads(r'''{"a": {"b": [1, null, {"c": ""}], "d": {}}, "e": [], "f": 0, "g": false, "h": "x", "i": {"j": {"k": [[], [null]]}}, "n": 1000.0, "s": "é\n\"q\"", "big": 12345678901234567890, "t": true}''')

def walk(x, path="$"):
    if isinstance(x, dict):
        for k, v in x.items(): yield from walk(v, f"{path}.{k}")
        if not x: yield path, x
    elif isinstance(x, (list, tuple)):
        for i, v in enumerate(x): yield from walk(v, f"{path}[{i}]")
        if not x: yield path, x
    else:
        yield path, x
leaves = dict(walk(context))
for p, v in leaves.items(): print(f"{p:<16} {type(v).__name__:<9} {v!r}")
empty = [p for p, v in leaves.items() if v is None or v == "" or v == [] or v == {}]
print(empty, leaves["$.f"] == leaves["$.g"], 0 in [False], context["n"], context["big"] + 1)
