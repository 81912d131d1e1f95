# Operators that change mutable arguments in place.
import operator
numbers, same = [1], None
same = operator.iadd(numbers, [2])
print(numbers, same is numbers, operator.iadd(1, 2), operator.isub(5, 2), operator.imul([0], 3), operator.iconcat([1], (2,)))
print(operator.ior({1}, {2}), operator.iand({1, 2}, {2}), operator.ixor({1, 2}, {2, 3}), operator.ifloordiv(7, 2), operator.imod(7, 4), operator.ipow(2, 10))
print(operator.itruediv(1, 4), operator.ilshift(1, 3), operator.irshift(8, 1), operator.imul("ab", 2))
ages = {"ann": 30}
operator.setitem(ages, "bob", 25)
operator.delitem(ages, "ann")
print(ages, operator.setitem(numbers, 0, 9), numbers)
for wrong in (lambda: operator.iadd([1], 2), lambda: operator.setitem((1,), 0, 2), lambda: operator.delitem({}, "a"), lambda: operator.ior({1}, [2]), lambda: operator.iconcat(1, 2), lambda: operator.ifloordiv(1, 0)):
    try:
        print(wrong())
    except (TypeError, LookupError, ZeroDivisionError) as error:
        print(type(error).__name__, error)
