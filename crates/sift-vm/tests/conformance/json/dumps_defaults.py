def show(value):
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, range):
        return {"range": [value.start, value.stop]}
    if callable(value):
        return value.__name__
    raise TypeError(f"cannot write {type(value).__name__}")
print(json.dumps({"s": {3, 1, 2}, "r": range(5), "f": show}, default=show))
print(json.dumps([{1}, [{2}, frozenset("b")]], default=list), json.dumps({1, 2}, default=str), json.dumps(datetime(2024, 5, 1), default=str))
print(json.dumps([range(3), {0: {5}}], default=lambda v: [v] if isinstance(v, range) and len(v) > 9 else list(v), indent=1))
order = []
print(json.dumps([{1}, {"a": {2}}, {3}], default=lambda v: order.append(min(v)) or min(v)), order)
for bad, default in [([1, show, object], show), (print, lambda v: v), ({1}, lambda v: {"again": v})]:
    try:
        print(json.dumps(bad, default=default))
    except (TypeError, ValueError, RecursionError) as e:
        print(type(e).__name__, e)
