import typing
from typing import NewType, TypeVar, cast, TYPE_CHECKING, Literal, Sequence, Mapping

UserId = NewType("UserId", int)
T = TypeVar("T")
Mode = Literal["fast", "slow"]

def first(items: Sequence[T], default: T) -> T:
    return items[0] if items else default

def run(mode: Mode = "fast", options: Mapping[str, typing.Any] = {}) -> typing.NoReturn:
    return f"{mode} {len(options)}"

print(UserId(5) + 1, first([], "none"), first("xy", ""), run(), cast("list[int]", [1]))
if TYPE_CHECKING:
    print("never")
print(typing.Any, typing.Optional, typing.Union)
try:
    cast(int)
except TypeError as error:
    print(error)
