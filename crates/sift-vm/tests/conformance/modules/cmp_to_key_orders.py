# Orders that require a comparison function.
from functools import cmp_to_key
def compare(a, b):
    print("compare", a, b)
    return (a > b) - (a < b)
print(sorted([3, 1, 2, 5, 4], key=cmp_to_key(compare)))
print(sorted([4, 3, 2, 1], key=cmp_to_key(compare)), sorted([1, 2, 3], key=cmp_to_key(compare), reverse=True))
def largest_first(a, b):
    return int(b + a) - int(a + b)
print("".join(sorted(["3", "30", "34", "5", "9"], key=cmp_to_key(largest_first))))
versions = ["1.10", "1.9", "1.2.1", "1.2"]
def by_parts(a, b):
    left, right = [int(part) for part in a.split(".")], [int(part) for part in b.split(".")]
    return (left > right) - (left < right)
versions.sort(key=cmp_to_key(by_parts))
print(versions, max(versions, key=cmp_to_key(by_parts)), min(versions, key=cmp_to_key(lambda a, b: len(a) - len(b))))
Key = cmp_to_key(lambda a, b: a - b)
print(Key(1) < Key(2), Key(1) == Key(1), Key(3) >= Key(4), Key(1) != Key(2), Key(1) > Key(0), Key(1) <= Key(1), Key(5).obj)
many = [(n * 7919) % 1000 for n in range(300)]
print(sorted(many, key=cmp_to_key(lambda a, b: a - b)) == sorted(many), sorted(many, key=cmp_to_key(lambda a, b: a // 100 - b // 100), reverse=True) == sorted(many, key=lambda a: a // 100, reverse=True))
for check in (lambda: sorted([1, "a"], key=cmp_to_key(lambda a, b: a - b)), lambda: sorted([1, 2], key=cmp_to_key(lambda a, b: None)), lambda: sorted([1, 2], key=cmp_to_key(5))):
    try:
        check()
    except TypeError as error:
        print(error)
