from typing import Optional, Union

values = [1, "a", None, 2.5, True, [1]]
print([isinstance(value, int | str) for value in values])
print([isinstance(value, int | None) for value in values])
Text = str | list
print([isinstance(value, Text) for value in values], Text, int | str | None)
Maybe = Optional[int]
Words = list[str]
table: dict[str, list[int] | None] = {"a": [1], "b": None}
print(table, isinstance([], list), issubclass(bool, int | str))
for bad in (lambda: int | 5, lambda: int[3], lambda: "a" | str, lambda: 5 | None):
    try:
        print(bad())
    except TypeError as error:
        print(error)
