import ast, json

def read(reply):
    for parse in (json.loads, ast.literal_eval):
        try:
            return parse(reply)
        except (ValueError, SyntaxError):
            continue
    return None

replies = ['{"ok": true}', "{'ok': True}", "['a', 'b',]", "not a value at all", "42", '"text"', "{'n': None, 'x': [1, 2]}"]
for reply in replies:
    value = read(reply)
    print(reply, "->", value, type(value).__name__)
rows = [ast.literal_eval(line) for line in "(1, 'a')\n(2, 'b')".splitlines()]
print(dict(rows), max(rows), sum(number for number, _ in rows))
