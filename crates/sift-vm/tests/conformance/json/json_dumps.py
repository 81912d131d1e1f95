value = {"name": "Ann \"é\" 😀\n\t\x00\x7f/", "n": 1, "f": 1.5, "t": True, "none": None, "list": [1, [2, []], {}, (3, 4)], "nested": {"b": 1, "a": {"x": []}}}
print(json.dumps(value))
print(json.dumps(value, ensure_ascii=False))
print(json.dumps(value, indent=2))
print(json.dumps(value, indent="--", sort_keys=True))
print(json.dumps(value, separators=(",", ":")), json.dumps([1, 2], indent=0), json.dumps([], indent=2), json.dumps({}, indent=4), json.dumps([[]], indent=1))
print(json.dumps([1, {"a": 2}], indent=None), json.dumps([1, 2], indent=1, separators=(";", "=")), json.dumps([1], indent=True), json.dumps([1], indent=-3))
print(json.dumps({1: "a", 2.5: "b", True: "c", None: "d", float("inf"): 1}), json.dumps({(1, 2): 1, "k": 2}, skipkeys=True))
print(json.dumps([float("nan"), float("inf"), -float("inf"), 1e16, 1e-7, -0.0, 10 ** 30, 1.0]))
print(json.dumps("x"), json.dumps(5), json.dumps(None), json.dumps(True), json.dumps([]), json.dumps(()), json.dumps({}))
print(json.dumps({"b": 1, "a": 2, "C": 3}, sort_keys=True), json.dumps([{"z": 1, "y": [{"b": 0, "a": 0}]}], sort_keys=True))
def attempt(value, **named):
    try:
        print(json.dumps(value, **named))
    except Exception as e:
        print(type(e).__name__, e)
attempt({1, 2})
attempt([re.compile("x")])
attempt({"a": {(1, 2): 3}})
attempt({"a": 1, 2: 3}, sort_keys=True)
attempt([float("nan")], allow_nan=False)
attempt(lambda x: x)
attempt(range(3))
attempt((x for x in [1]))
attempt([1], separators=(",",))
attempt([1], separators=(",", ":", ";"))
attempt({1, 2}, default=sorted)
attempt({"a": [{3, 1}, {"b": frozenset([5])}]}, default=lambda s: sorted(s), indent=1)
attempt([range(3), {9}, 1], default=list)
attempt([{1}, {2}], default=lambda s: {"set": [range(*s)]} if isinstance(s, set) else list(s))
attempt([{1}], default=str)
attempt([{1}], default=lambda s: s)
def refuse(x):
    raise TypeError("no " + type(x).__name__)
attempt([{1}], default=refuse)
loop = [1]
loop[0] = loop
attempt(loop)
cycle = {}
cycle["me"] = [cycle]
attempt(cycle)
shared = [1]
attempt([shared, shared, {"a": shared}])
print(json.loads(json.dumps(value)) == {**value, "list": [1, [2, []], {}, [3, 4]]})
print(json.dumps("</script> \u2028 ~ \x1f"), json.dumps("\u2028 \x7f é", ensure_ascii=False), json.dumps({"é": 1}))
print(json.dumps([-2**64, 2**64, {"n": -10**30}]))
json.dumps({"a": {1}})
