def noisy(value):
    print("eval", value)
    return value


print(noisy(1) < noisy(2) < noisy(3))
print(noisy(3) < noisy(2) < noisy(1))
print(1 < 3 > 2, 1 == 1.0 == True, 1 < 2 == 2, (1 < 2) == 2)
print("a" in "abc" in ["abc"], None is None is not False)
print(1 if [] else 2, [] or "default", 0 or None, "x" and "y", "" and "never", not [] and 5)
values = [3, 0, 7]
print([v or "zero" for v in values], [bool(v) for v in [0.0, "", " ", [], [0], None, 1e-300, (), {}]])
low, mid, high = 2, 5, 9
print(low <= mid <= high, not low <= mid <= high, low <= high <= mid)
