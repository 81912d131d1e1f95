import json


def attempt(f, *args, **kwargs):
    try:
        print(repr(f(*args, **kwargs)))
    except Exception as error:
        print(type(error).__name__, error)


for make in (json.JSONDecoder, json.JSONEncoder):
    for kwargs in ({"indents": 2}, {"strictly": True}):
        try:
            make(**kwargs)
        except TypeError as error:
            print(str(error).rsplit(".", 1)[-1])
    try:
        make(1)
    except TypeError as error:
        print(str(error).rsplit(".", 1)[-1])
decoder = json.JSONDecoder(parse_float=str, object_pairs_hook=list)
encoder = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
attempt(decoder.decode, '{"a": 1.50, "b": [2, {"c": 3}]}')
attempt(decoder.decode, "  [1] ")
attempt(decoder.decode, "[1] x")
attempt(decoder.decode, "")
attempt(decoder.decode, 5)
attempt(decoder.raw_decode, '  1')
attempt(decoder.raw_decode, '1.25, 2')
attempt(decoder.raw_decode, 'x [true]', 2)
attempt(decoder.raw_decode, '[1', 0)
attempt(encoder.encode, {"b": 1, "a": "é"})
attempt(encoder.encode, {2: 1, "a": 3})
attempt(encoder.encode, {1, 2})
attempt(encoder.encode, "text\n")
attempt(encoder.encode)
attempt(decoder.decode)
attempt(json.JSONEncoder(allow_nan=False).encode, [float("inf")])
attempt(json.JSONEncoder(default=lambda value: sorted(value)).encode, {"s": {3, 1}})
attempt(json.JSONEncoder(indent=1).encode, [1, {}])
attempt(json.JSONEncoder(skipkeys=True).encode, {(1,): 2})
attempt(json.JSONDecoder(strict=False).decode, '"a\tb"')
attempt(json.JSONDecoder().decode, '"a\tb"')
