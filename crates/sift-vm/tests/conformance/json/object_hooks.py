text = '{"kind": "point", "x": 1, "y": 2.5, "next": {"kind": "point", "x": -1, "y": 0, "next": null}, "x": 7}'
def as_tuple(d):
    return (d["x"], d["y"], d["next"]) if d.get("kind") == "point" else d
print(json.loads(text, object_hook=as_tuple))
print(json.loads(text, object_pairs_hook=lambda pairs: pairs))
seen = []
def unique(pairs):
    keys = [key for key, _ in pairs]
    seen.extend(key for key in keys if keys.count(key) > 1)
    return dict(pairs)
print(len(json.loads(text, object_pairs_hook=unique)), seen)
print(json.loads('[{}, {"a": {}}]', object_hook=lambda d: len(d)), json.loads("[1]", object_hook=lambda d: d), list(json.loads('{"b": 1, "a": 2}', object_pairs_hook=OrderedDict)))
def refuse(d):
    raise KeyError("refused")
try:
    json.loads('{"a": 1', object_hook=refuse)
except json.JSONDecodeError as e:
    print(e)
try:
    json.loads('[{"a": 1}, 2', object_hook=refuse)
except KeyError as e:
    print(e)
