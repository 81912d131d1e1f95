kinds = {list: "many", dict: "named", str: "text"}
for value in ([1], {"a": 1}, "x", 5):
    print(kinds.get(type(value), "other"), type(value).__name__)
print(list[int]([1]), dict[str, int](a=1), tuple[int, ...]((1, 2)))
converters = [("id", int), ("price", float), ("name", str), ("tags", list)]
row = {"id": "7", "price": "2.50", "name": "x", "tags": "ab"}
print({key: convert(row[key]) for key, convert in converters})
print(isinstance(True, (int, str)), isinstance("a", (int, (str, list))))
for bad in (lambda: isinstance(1, "int"), lambda: issubclass(1, int), lambda: float["x"]):
    try:
        bad()
    except TypeError as error:
        print(error)
