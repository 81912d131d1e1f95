total = 10


def broken():
    total += 1
    return total


def also_broken(flag):
    if flag:
        value = 1
    return value


def after_delete():
    x = 1
    del x
    return x


def free_before():
    def inner():
        return later
    result = None
    try:
        inner()
    except NameError as error:
        result = str(error)
    later = 5
    return result, inner()


for f in [broken, lambda: also_broken(False), after_delete]:
    try:
        f()
    except UnboundLocalError as error:
        print(type(error).__name__, error)
print(also_broken(True), free_before())
