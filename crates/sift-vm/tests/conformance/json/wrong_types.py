for value in [None, 5, 1.5, ["1"], {"a": 1}, True]:
    try:
        print(json.loads(value))
    except TypeError as e:
        print(e)
def generator():
    yield 1
for value in [{1, 2}, range(3), generator, generator(), print, object, json, [1, {"k": {3}}], {"a": lambda: 1}, ("x", slice(1)), re.compile("a"), Counter, datetime(2024, 1, 2), timedelta(1)]:
    try:
        print(json.dumps(value))
    except TypeError as e:
        print(e)
for text in ["[1, 2]", '"x"', "5", "null"]:
    try:
        print(json.loads(text)["key"])
    except (TypeError, KeyError, IndexError) as e:
        print(type(e).__name__, e)
