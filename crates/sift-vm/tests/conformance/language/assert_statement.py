def check(value):
    assert isinstance(value, int), f"{value!r} is no int"
    assert value >= 0
    return value ** 0.5


for value in [16, "x", -1, 2]:
    try:
        print(check(value))
    except AssertionError as error:
        print("failed:", repr(error), error.args)
try:
    assert (1, "always true")
    print("passed")
    assert not "text", ["a", "list"]
except AssertionError as error:
    print(error.args[0], type(error.args[0]).__name__)
assert check(4) == 2, "never shown"
assert 0, "the end"
