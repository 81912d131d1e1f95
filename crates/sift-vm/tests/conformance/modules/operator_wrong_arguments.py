import operator


def attempt(f, *args, **kwargs):
    try:
        print(repr(f(*args, **kwargs)))
    except Exception as error:
        print(type(error).__name__, error)


TWO = [operator.add, operator.sub, operator.mul, operator.truediv, operator.floordiv, operator.mod, operator.pow, operator.and_, operator.or_, operator.xor, operator.lshift, operator.rshift,
       operator.iadd, operator.isub, operator.imul, operator.itruediv, operator.ifloordiv, operator.imod, operator.ipow, operator.iand, operator.ior, operator.ixor, operator.ilshift, operator.irshift,
       operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne, operator.is_, operator.is_not, operator.concat, operator.iconcat, operator.contains, operator.countOf,
       operator.indexOf, operator.getitem, operator.delitem]
for f in TWO:
    print(f.__name__, end=": ")
    attempt(f, 5, "x")
    attempt(f, {})
for f in (operator.abs, operator.neg, operator.pos, operator.inv, operator.invert, operator.index, operator.not_, operator.truth, operator.length_hint):
    print(f.__name__, end=": ")
    attempt(f, "x")
    attempt(f)
    attempt(f, 1, 2, 3)
attempt(operator.setitem, (1, 2), 0, 5)
attempt(operator.setitem, [1], 3)
attempt(operator.call)
attempt(operator.call, 5)
attempt(operator.call, int, "ff", base=16)
attempt(operator.itemgetter)
attempt(operator.itemgetter(3), [1])
attempt(operator.itemgetter("a", "b"), {"a": 1})
attempt(operator.itemgetter(0))
attempt(operator.attrgetter)
attempt(operator.attrgetter, 5)
attempt(operator.attrgetter("real"))
attempt(operator.attrgetter("real"), obj=5)
attempt(operator.itemgetter(1), [1], [2])
attempt(operator.methodcaller("upper"))
attempt(operator.attrgetter("missing"), 5)
attempt(operator.attrgetter("real", "imag"), 5)
attempt(operator.methodcaller, 5)
attempt(operator.methodcaller("upper"), 5)
attempt(operator.methodcaller("split", ","), "a,b")
attempt(operator.methodcaller("split", sep=","), "a,b")
attempt(operator.methodcaller("count"), [1])
attempt(operator.truediv, 1, 0)
attempt(operator.pow, 0, -1)
attempt(operator.lshift, 1, -1)
