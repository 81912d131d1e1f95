import operator
from collections import namedtuple
from functools import reduce
from operator import attrgetter, itemgetter, methodcaller

Sale = namedtuple("Sale", "shop item price count")
sales = [Sale("north", "tea", 3.5, 10), Sale("south", "Milk", 1.25, 40), Sale("north", "bread", 2.75, 8), Sale("west", "tea", 3.4, 0)]
print([s.item for s in sorted(sales, key=attrgetter("shop", "price"))], max(sales, key=attrgetter("count")).item, list(map(itemgetter(1, 3), sales)))
print(sorted(map(attrgetter("item"), sales), key=methodcaller("lower")), list(map(methodcaller("replace", "t", "T", 1), ["tatt", "x"])))
print(reduce(operator.add, map(operator.mul, map(attrgetter("price"), sales), map(attrgetter("count"), sales))), reduce(operator.or_, [{1}, {2}, set()]), reduce(operator.concat, [[1], [2, 3]]))
stock = {"tea": 5, "milk": 0}
operator.setitem(stock, "bread", 9)
operator.delitem(stock, "milk")
print(stock, operator.contains(stock, "tea"), operator.getitem(stock, "bread"), operator.countOf("banana", "a"), operator.indexOf([4, 5, 6], 6), operator.length_hint([1, 2]), operator.length_hint(5, 7))
items = [1]
same = operator.iadd(items, [2])
print(same is items, operator.imul(items, 2), items, operator.iconcat(items, (9,)), operator.isub(5, 2), operator.itruediv(5, 2), operator.ifloordiv(5, 2), operator.imod(5, 3), operator.ipow(5, 2))
print(operator.iand(6, 3), operator.ior(6, 3), operator.ixor(6, 3), operator.ilshift(6, 1), operator.irshift(6, 1), operator.truth([]), operator.not_([]), operator.is_(None, None), operator.is_not(items, same))
print(operator.abs(-3), operator.neg(3), operator.pos(-3), operator.invert(3), operator.inv(-1), operator.index(True), operator.call(max, 1, 5), operator.truediv(7, 2), operator.floordiv(-7, 2), operator.mod(-7, 2))
print([f(3, 2) for f in (operator.lt, operator.le, operator.eq, operator.ne, operator.ge, operator.gt, operator.lshift, operator.rshift, operator.and_, operator.xor, operator.pow, operator.sub)])
print(itemgetter(slice(1, 3))("abcdef"), itemgetter(-1)([1, 2]), itemgetter("a")({"a": 1}), attrgetter("price.real")(sales[0]), methodcaller("get", "x", 0)({}))
