import ast

def kind(text):
    try:
        return ast.literal_eval(text)
    except SyntaxError as error:
        return f"{type(error).__name__}: {error}"
    except (ValueError, TypeError) as error:
        return f"{type(error).__name__}: {str(error).split(':')[0]}"

for text in ["open('x')", "name", "[1, name]", "1 + 1", "f'{1}'", "lambda: 0", "[x for x in y]", "a.b", "--1"]:
    print(text, kind(text))
for text in ["[1, 2", "1 2", "", "'open", "007", "]", "{[]: 1}", "\n  1", "import re", "x = 1"]:
    print(repr(text), kind(text))
print(kind(5), kind(None), kind([1]))
print(kind("[" * 150 + "]" * 150) == kind("[" * 150 + "]" * 150), kind("(" * 201 + ")" * 201))
