from collections import ChainMap

program = """let x 1
let y 2
open
let x 10
print x y
open
let y x
print x y
close
print x y
close
print x y
print z"""
scopes = ChainMap()
for number, line in enumerate(program.splitlines(), 1):
    command, *words = line.split()
    if command == "let":
        name, value = words
        scopes[name] = int(value) if value.isdigit() else scopes[value]
    elif command == "open":
        scopes = scopes.new_child()
    elif command == "close":
        scopes = scopes.parents
    else:
        try:
            print(number, [scopes[word] for word in words], "depth", len(scopes.maps))
        except KeyError as e:
            print(number, "unknown name", e)
print(dict(scopes), sorted(scopes.items()), list(scopes.keys()), list(scopes.values()))
before = scopes.copy()
scopes.update(x=5)
print(before["x"], scopes["x"], scopes.setdefault("w", 7), scopes.get("v", "none"))
print(scopes.pop("w"), scopes.popitem(), len(scopes))
scopes.clear()
print(scopes, ChainMap.fromkeys("ab", []), not scopes)
