import ast

replies = ["[1, 2.5, 'three']", "{'a': (1, 2), 'b': {3}, 'c': None}", "  (True, False)", "'it''s'", "-12", "+0.5e3", "0x1F", "1_000", "1, 2", "[]", "()", "(5)", "{}", "'''two\nlines'''", 'r"\\d+"', "u'x'"]
for reply in replies:
    value = ast.literal_eval(reply)
    print(type(value).__name__, repr(value))
nested = ast.literal_eval("[{'name': 'A', 'tags': ['x', 'y']}, {'name': 'B', 'tags': []}]  # from a log")
print([record["name"] for record in nested if record["tags"]])
print(ast.literal_eval(repr({"k": [1, (2, {"z": {1, 2}})], 3: "é\n\t'\""})))
print(ast.literal_eval("'\\x41\\u00e9\\N{BULLET}\\101\\q'"), ast.literal_eval("...") is ...)
