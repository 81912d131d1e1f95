# Operators as functions.
import operator
from functools import reduce
ops = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "//": operator.floordiv, "%": operator.mod, "**": operator.pow}
stack = []
for token in "3 4 + 2 * 7 % 2 **".split():
    if token in ops:
        right, left = stack.pop(), stack.pop()
        stack.append(ops[token](left, right))
    else:
        stack.append(int(token))
print(stack, {name: function(7, 2) for name, function in ops.items()})
tests = {"<": operator.lt, "<=": operator.le, "==": operator.eq, "!=": operator.ne, ">=": operator.ge, ">": operator.gt}
print({name: test(2, 3) for name, test in tests.items()}, [test("b", "a") for test in tests.values()])
print(operator.neg(3), operator.pos(-3), operator.abs(-4), operator.invert(5), operator.inv(5), operator.not_(0), operator.truth([]), operator.index(True))
print(operator.and_(6, 3), operator.or_({1}, {2}), operator.xor(6, 3), operator.lshift(1, 4), operator.rshift(16, 2), operator.is_(None, None), operator.is_not(1, None))
print(operator.concat("a", "b"), operator.contains([1, 2], 2), operator.countOf("banana", "a"), operator.indexOf([1, 2, 1], 2), operator.getitem({"a": 1}, "a"), operator.length_hint("ab"), operator.call(max, 1, 2))
print(reduce(operator.mul, range(1, 6)), sum(map(operator.mul, [1, 2], [3, 4])), reduce(operator.or_, [{1}, {2}]))
for wrong in (lambda: operator.add(1, "a"), lambda: operator.truediv(1, 0), lambda: operator.lt(1, "a"), lambda: operator.indexOf([1], 3), lambda: operator.index("a"), lambda: operator.concat(1, 2), lambda: operator.getitem([1], 4), lambda: operator.neg("a")):
    try:
        print(wrong())
    except (TypeError, ValueError, LookupError, ZeroDivisionError) as error:
        print(type(error).__name__, error)
