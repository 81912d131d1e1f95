from typing import Dict, List, Optional, Tuple


count: int = 0
names: List[str] = []
unset: "Anything[at, all]"
table: Dict[str, Tuple[int, Optional[str]]] = {}


def add(name: str, age: int = 0, *rest: float, **more: object) -> Optional[int]:
    global count
    local: list[int] | None = None
    count += 1
    names.append(name)
    table[name] = (age, more.get("note"))
    return local


print(add("a"), add("b", 3, note="hi"), count, names, table)
try:
    print(unset)
except NameError as error:
    print(error)
entry: dict[str, int]
entry = {"x": 1}
entry["y"]: int = 2
print(entry)
