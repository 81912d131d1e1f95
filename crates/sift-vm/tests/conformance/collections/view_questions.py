stock = {"apple": 3, "pear": 0, "fig": 12}
wanted = {"fig", "kiwi"}
print(stock.keys().isdisjoint(wanted), stock.keys().isdisjoint(["kiwi"]), stock.items().isdisjoint([("fig", 12)]))
print(stock.keys() & wanted, sorted(stock.keys() - wanted), sorted(stock.keys() | wanted), sorted(stock.keys() ^ wanted))
print({}.keys().isdisjoint([]), stock.keys().isdisjoint({}), stock.keys().isdisjoint(x for x in "abc"))
for wrong in (5, None, [[1]]):
    try:
        print(stock.keys().isdisjoint(wrong))
    except TypeError as e:
        print(repr(wrong), e)
try:
    stock.values().isdisjoint([])
except AttributeError as e:
    print(e)
f = stock.keys().isdisjoint
try:
    f()
except TypeError as e:
    print(e)
views = (stock.keys(), stock.values(), stock.items())
stock["plum"] = 1
print([len(view) for view in views], *views, sep="\n")
print(("fig", 12) in stock.items(), ("fig", 13) in stock.items(), 12 in stock.values(), stock.keys() == {"apple", "pear", "fig", "plum"})
print(list(reversed(stock)), list(reversed(stock.items()))[0], max(stock, key=stock.get))
