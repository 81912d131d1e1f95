import difflib, io

staging = "host=stage.example\nport=8080\ndebug=true\nworkers=2\n"
production = "host=www.example\nport=8080\nworkers=8\ncache=on\n"

def read(text):
    settings = {}
    for line in io.StringIO(text):
        key, found, value = line.strip().partition("=")
        if found:
            settings[key] = value
    return settings

left, right = read(staging), read(production)
for key in sorted(left.keys() | right.keys()):
    if left.get(key) != right.get(key):
        print(f"{key:8} {left.get(key, '-'):14} {right.get(key, '-')}")
diff = difflib.unified_diff(staging.splitlines(), production.splitlines(), "staging", "production", lineterm="", n=0)
print("\n".join(line for line in diff if not line.startswith("@@")))
