import json

stream = 'noise {"id": 1, "ok": true} [2, 3]\n  "four" {"id": 5, "broken": } nul 6.5e1 -0'
decoder = json.JSONDecoder()
values, failures, at = [], [], 0
while at < len(stream):
    if stream[at].isspace():
        at += 1
        continue
    try:
        value, at = decoder.raw_decode(stream, at)
        values.append(value)
    except json.JSONDecodeError as error:
        failures.append((error.pos, error.msg))
        at += 1
print(values)
print(failures[:3], len(failures), sorted({message for _, message in failures}))
keep = json.JSONDecoder(object_hook=lambda d: tuple(d.items()), parse_int=lambda digits: digits.zfill(3), parse_constant=lambda name: f"<{name}>")
print(keep.decode('{"a": {"b": 1}, "c": [NaN, -Infinity, 22]}'))
compact, pretty = json.JSONEncoder(separators=(",", ":")), json.JSONEncoder(indent=2, sort_keys=True)
record = {"z": [1, (2, 3)], "a": {"ü": None, "t": True}, "f": 1e100}
print(compact.encode(record), len(compact.encode(record)))
print(pretty.encode(record))
print(decoder.decode(pretty.encode(record)) == {**record, "z": [1, [2, 3]]}, compact.encode([]) + pretty.encode({}))
