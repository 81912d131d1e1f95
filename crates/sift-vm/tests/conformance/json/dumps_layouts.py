data = {"name": "Ann", "tags": ["a", "b"], "nested": {"empty": [], "none": None, "deep": [[1], {}]}, "t": (1, 2)}
for indent in [None, 0, 1, 4, "\t", "--", True, -1]:
    print(repr(indent))
    print(json.dumps(data, indent=indent))
print(json.dumps(data, separators=(",", ":")), json.dumps(data, indent=2, separators=(" ,", " = ")))
print(json.dumps([], indent=2), json.dumps({}, indent=2), json.dumps([[]], indent=2), json.dumps(data, sort_keys=True))
for wrong in [{"separators": (",",)}, {"separators": 5}, {"indent": 1.5}]:
    try:
        print(json.dumps(data, **wrong))
    except (ValueError, TypeError) as e:
        print(type(e).__name__)
