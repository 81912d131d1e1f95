table = {1: "int", 2.5: "float", True: "bool", None: "none", "s": "str", -7: "neg", 1e20: "big"}
print(json.dumps(table), json.loads(json.dumps(table)))
print(json.dumps({"b": 1, "a": {"d": 1, "c": 2}}, sort_keys=True), json.dumps({2: 1, 10: 2, 1: 3}, sort_keys=True))
print(json.dumps({(1, 2): "t", "a": {frozenset(): 1, "k": 2}}, skipkeys=True))
counts = Counter("mississippi")
print(json.dumps(counts), json.dumps(dict(counts.most_common(2))), json.dumps(OrderedDict(z=1, a=2)), json.dumps(defaultdict(list, x=[1])))
for bad in [{(1, 2): 1}, {"a": {frozenset([1]): 2}}]:
    try:
        json.dumps(bad)
    except TypeError as e:
        print(e)
try:
    json.dumps({"a": 1, 2: 3}, sort_keys=True)
except TypeError as e:
    print(e)
