d = {"z": 1, "a": 2}
d["m"] = 3
d["z"] = 9
print(d, list(d), list(d.values()), list(reversed(d)))
del d["z"]
d["z"] = 0
print(d, list(d.items())[0])
print({**{"b": 1, "a": 1}, "b": 2}, dict(a=1, b=2) | {"c": 3, "a": 0}, dict([("x", 1), ("x", 2)]))
e = dict(sorted(d.items(), key=lambda kv: kv[1]))
print(e, max(e, key=e.get), e == d, list(e) == list(d))
print({1: "int", 1.0: "float", True: "bool"})
inverted = {v: k for k, v in d.items()}
print(inverted, dict(zip("abc", range(3))), dict.fromkeys("hello", 0))
for key in list(d):
    if d[key] == 2:
        del d[key]
print(d)
try:
    for key in d:
        d[key + "!"] = 1
except RuntimeError as error:
    print(error)
