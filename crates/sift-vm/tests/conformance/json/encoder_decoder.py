decoder = json.JSONDecoder(object_hook=lambda d: sorted(d.items()), strict=False)
print(decoder.decode(' {"b": 1, "a": "x\ty"} '), decoder.strict, decoder.object_hook is None)
encoder = json.JSONEncoder(indent=1, sort_keys=True, default=str)
print(encoder.encode({"b": {1}, "a": [range(2), None]}), encoder.indent, encoder.sort_keys, encoder.item_separator, encoder.key_separator)
compact = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)
print(compact.encode({"é": [1, 2.0, True], "": {}}), compact.item_separator, json.JSONEncoder().encode("é"))
for wrong in [lambda: decoder.decode("[1] 2"), lambda: decoder.decode(""), lambda: json.JSONEncoder().encode({1, 2}), lambda: json.JSONEncoder(allow_nan=False).encode([1e999]), lambda: decoder.decode(None), lambda: decoder.raw_decode(3)]:
    try:
        print(wrong())
    except (ValueError, TypeError) as e:
        print(type(e).__name__, e)
print(type(decoder).__name__, isinstance(encoder, json.JSONEncoder), isinstance(decoder, json.JSONEncoder), json.JSONDecoder().raw_decode("[]"))
