from typing import Any, Callable, Dict, Iterable, List, Optional, Tuple, Union

Pair = Tuple[str, int]
Index = Dict[str, List[Pair]]
Number = Union[int, float]

def build(words: Iterable[str], size: Optional[int] = None, *, key: Callable[[str], str] = str.lower) -> Index:
    index: Index = {}
    for place, word in enumerate(words):
        entry: Pair = (word, place)
        index.setdefault(key(word)[:size], []).append(entry)
    return index

total: Number = 0
found: "dict[str, Any]" = build(["Ape", "ant", "Bee"], 1)
print(found, total)
def nothing(value: list[dict[str, int]] | None = None) -> str | None: return value
print(nothing(), nothing.__name__)
