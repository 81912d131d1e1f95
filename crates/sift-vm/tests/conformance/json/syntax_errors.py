broken = ["", "  ", "{", "}", "[", "]", "[1,", "[1,]", "[,1]", "[1 2]", "{1: 2}", '{"a"}', '{"a":}', '{"a" 1}', '{"a": 1,}', '{"a": 1 "b": 2}', "{'a': 1}", "{a: 1}", "nul", "True", "None", "undefined", "01", "1.", ".5", "+1", "-", "1e", "0x10", "1_000", "[1] [2]", '{"a": 1} trailing', "// c\n1", '\n{"a":\n  [1,\n   x]}', "NaN1", "--1", "Infinit"]
for text in broken:
    try:
        print(repr(text), json.loads(text))
    except json.JSONDecodeError as e:
        print(repr(text), "|", e.msg, "|", e.lineno, e.colno, e.pos, e.doc == text)
print(issubclass(json.JSONDecodeError, ValueError))
try:
    raise json.JSONDecodeError("made by hand", "ab\ncd", 4)
except ValueError as e:
    print(e, e.pos, e.lineno, e.colno)
