from collections import defaultdict
from typing import Callable, DefaultDict, Iterable, Iterator, NewType, ParamSpec, TypeVar, assert_type, cast

K, V = TypeVar("K"), TypeVar("V", int, float)
Q = ParamSpec("Q")
Euro = NewType("Euro", float)


def grouped(items: Iterable[V], key: Callable[[V], K]) -> DefaultDict[K, list[V]]:
    groups: DefaultDict[K, list[V]] = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return groups


def tens(values: Iterable[int]) -> Iterator[str]:
    for key, members in sorted(grouped(values, lambda v: v // 10 * 10).items()):
        yield f"{key:>3}: {' '.join(str(m) for m in sorted(members))}"


print(*tens([31, 5, 12, 38, 17, 3, -4]), sep="\n")
prices: list[Euro] = [Euro(p) for p in (1.5, 2.25)]
print(sum(prices), cast(float, prices[0]) == prices[0], assert_type(Euro(1), float), type(Euro(2.0)).__name__)
print(grouped.__name__, [f(2) for f in (cast(Callable, abs), lambda x: -x)])
