for text in ["0", "-0", "12", "-7", "1.0", "1.50", "1e5", "1E-2", "-1.5e+3", "123456789012345678901234567890", "1e400", "-1e400", "0.1", "1e-400", "9007199254740993", "2.5e0"]:
    value = json.loads(text)
    print(text, repr(value), type(value).__name__, json.dumps(value))
print(json.dumps([0.1 + 0.2, 1e16, 1e22, 1e-7, 123456789.123456789, float("inf"), float("-inf"), float("nan"), -0.0, 10**25, True]))
print(json.loads("[NaN, Infinity, -Infinity]"), json.dumps(float("nan")), json.dumps(1.0), json.dumps(100))
for bad in [float("nan"), [1, float("inf")], {"a": -float("inf")}, {float("nan"): 1}]:
    try:
        print(json.dumps(bad, allow_nan=False))
    except ValueError as e:
        print(e)
