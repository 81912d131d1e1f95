items = list(range(10))
del items[0], items[-1]
print(items)
del items[2:4]
print(items)
del items[::2]
print(items)
d = {"a": 1, "b": 2, "c": 3}
del d["b"]
print(d, "b" in d)
try:
    del d["zzz"]
except KeyError as error:
    print("KeyError", error)
try:
    del items[10]
except IndexError as error:
    print(error)
x = 5
del x
try:
    print(x)
except NameError as error:
    print(error)
a, (b, c) = 1, (2, 3)
del a, (b, c)
try:
    b
except NameError as error:
    print(error)
try:
    del (1, 2)[0:1], d
except TypeError as error:
    print(error)
