import json


def attempt(f, *args, **kwargs):
    try:
        print(repr(f(*args, **kwargs)))
    except Exception as error:
        print(type(error).__name__, error)


attempt(json.dumps, obj={"a": 1}, indent=0)
attempt(json.dumps)
attempt(json.dumps, indent=2)
attempt(json.dumps, 1, 2)
attempt(json.dumps, 1, 2, indent=3)
attempt(json.dumps, 1, 2, indent=3, sort_keys=True)
attempt(json.dumps, 1, 2, 3)
attempt(json.loads)
attempt(json.loads, s="[1]")
attempt(json.loads, "[1]", "utf-8")
attempt(json.loads, "[1]", s="[2]")
attempt(json.loads, "[1.5]", parse_float=str, parse_int=None)
attempt(json.loads, 5)
attempt(json.loads, None)
attempt(json.loads, ["[1]"])
attempt(json.dumps, {1, 2})
attempt(json.dumps, {(1, 2): 3})
attempt(json.dumps, {(1, 2): 3, "k": 4}, skipkeys=True)
attempt(json.dumps, [1, 2], separators=(",",))
attempt(json.dumps, [1, 2], separators=";")
attempt(json.dumps, float("nan"), allow_nan=False)
attempt(json.dumps, [object() is None, 10**20, -0.0, 1e16, 1e-7, 123456789.123])
attempt(json.dumps, {"b": 1, 2: 3}, sort_keys=True)
attempt(json.dumps, {None: 1, True: 2, 1.5: 3, 7: 4})
attempt(json.dumps, "é\u2028\x00\"\\/", ensure_ascii=False)
attempt(json.dumps, [], indent=2)
attempt(json.dumps, {"a": [], "b": {}, "c": [{}]}, indent="--")
