for text in ['1', ' [1, 2.5, -3e2, 1E5, 0.1, -0, 12345678901234567890, -0.0] ', '{"a": {"b": [true, false, null]}, "c": ""}', '[]', '{}', '[[], {}]',
             '"x\\n\\t\\"\\\\\\/\\u00e9\\ud83d\\ude00"', '"é😀"', '[NaN, Infinity, -Infinity]', '{"a": 1, "a": 2, "b": 3}', '\t\r\n 5 \n', '1e400', '[1e-400, 5e-324]', '""', 'null']:
    print(repr(json.loads(text)))
def attempt(text):
    try:
        print(json.loads(text))
    except json.JSONDecodeError as e:
        print(e, "|", e.msg, e.pos, e.lineno, e.colno, e.doc == text, e.args)
    except Exception as e:
        print(type(e).__name__, e)
for text in ['', '   ', '{', '[', '[1', '[1,', '[1,]', '[1 2]', '{"a"', '{"a":', '{"a":1', '{"a":1,', '{"a":1,}', '{a: 1}', "{'a': 1}", '{"a" 1}', '{"a": 1 "b": 2}',
             '"abc', '"a\\', '"a\\q"', '"a\\u12"', '"a\\u12g4"', '"\\u1234', '"\\ud83d\\uzzzz"', '"a\nb"', '"a\tb"', 'tru', 'nul', 'x', '-', '+1', '01', '1.', '.5', '1e', '--1', '1 2', '[1]]',
             '{"a": 1}\n{"b": 2}', 'é: 1', '{"é": "ü"\n, "b" 1}', '\ufeff{}', 'Here: {"a": 1}', '```json\n{"a": 1}\n```', '{"a": [1, {"b": }]}', '{"a": undefined}', '[,1]', '{,}', '{"a": 1, }']:
    attempt(text)
attempt(None)
attempt(5)
attempt(["1"])
attempt("1" * 4301)
print(len(str(json.loads("1" * 4300))))
deep = json.loads("[" * 200 + "]" * 200)
print(str(deep)[:10], len(str(deep)))
rows = [json.loads(line) for line in re.split("\n", '{"id": 1, "tags": ["a", "b"]}\n{"id": 2, "tags": []}')]
print(rows, sum(len(row["tags"]) for row in rows), rows[0]["tags"][0])
print(issubclass(json.JSONDecodeError, ValueError), json.JSONDecodeError.__name__)
try:
    json.loads("{bad")
except ValueError as e:
    print("ValueError", e)
data = json.loads('{"users": [{"name": "Ann", "age": 31, "ok": true}]}')
print(data["users"][0]["name"], data["users"][0]["age"] + 1, data["users"][0]["ok"] is True, type(data).__name__)
json.loads("[1, 2")
