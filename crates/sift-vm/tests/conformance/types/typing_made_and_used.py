from typing import Dict, List, NewType, Optional, ParamSpec, Tuple, TypeVar, Union, assert_type, cast

UserId = NewType("UserId", int)
Names = Dict[str, List[UserId]]
T = TypeVar("T")
P = ParamSpec("P")


def first(items: List[T], default: Optional[T] = None) -> Optional[T]:
    return items[0] if items else default


def index(rows: List[Tuple[str, int]]) -> Names:
    names: Names = {}
    for name, number in rows:
        names.setdefault(name, []).append(UserId(number))
    return names


print(index([("a", 1), ("b", 2), ("a", 3)]), first([]), first("xy"), UserId("not checked"), UserId(5) + 1)
print(cast(int, "text"), cast("List[str]", None), assert_type([1], List[int]), assert_type(3, str), T, P)


def attempt(f, *args, **kwargs):
    try:
        print(f(*args, **kwargs))
    except TypeError as error:
        print(str(error).replace("NewType.__call__", "NewType"))


attempt(cast, int)
attempt(cast, int, 1, 2)
attempt(cast, typ=int, val="v")
attempt(assert_type, 1)
attempt(assert_type, 1, 2, 3)
attempt(assert_type, val=1, typ=int)
value: Union[int, str, None] = "x"
print(isinstance(value, (int, str)), value)
