loop = [1]
loop.append(loop)
table = {"a": {}}
table["a"]["up"] = table
for value in [loop, table, [{"x": loop}]]:
    try:
        json.dumps(value)
    except ValueError as e:
        print(e)
shared = [1, 2]
print(json.dumps([shared, shared, {"s": shared}]), json.dumps({"a": shared, "b": (shared, shared)}))
deep = json.loads("[" * 200 + "1" + "]" * 200)
levels = 0
while isinstance(deep, list):
    deep, levels = deep[0], levels + 1
print(levels, deep, len(json.dumps(json.loads('{"k":' * 150 + "null" + "}" * 150))))
nested = {"v": 0}
for n in range(1, 6):
    nested = {"v": n, "in": nested}
print(json.dumps(nested), json.dumps(nested, indent=1).count("\n"))
