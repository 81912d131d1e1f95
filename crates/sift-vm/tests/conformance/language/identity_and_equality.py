a = [1, 2]
b = a
c = [1, 2]
print(a is b, a is c, a == c, a is not c, a != c)
print(None is None, None == 0, None == False, () == [], [1] == (1,))
print(1 == 1.0, 1 == True, 0 == False, "1" == 1, 1.0 is None)
print({1: "a"} == {1.0: "a"}, {1, 2} == {2, 1}, frozenset([1]) == {1}, range(3) == range(0, 3, 1), range(0) == range(2, 1))
nested = [a, b]
print(nested[0] is nested[1], nested == [[1, 2], [1, 2]])
a.append(3)
print(b, c, nested)
copy = a[:]
copy.append(4)
print(a, copy, a is a[:])
nan = float("nan")
print(nan == nan, nan != nan, [nan] == [nan], nan in [nan], nan is nan)
print([1, [2, 3]] < [1, [2, 4]], (1, "a") < (1, "b"), [] < [0], (1, 2) < (1, 2, 0))
for left, right in [(1, "a"), ([1], (1,)), (None, 0), ({}, {}), ([1, "a"], [1, 2])]:
    try:
        print(left < right)
    except TypeError as error:
        print(error)
