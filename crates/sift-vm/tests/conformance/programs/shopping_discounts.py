from functools import partial, reduce

cart = [("tea", 4, 3.2), ("mug", 1, 9.99), ("pot", 2, 25.0), ("tea", 2, 3.2)]


def percent(rate, total, items):
    return total * (1 - rate / 100)


def every_nth_free(name, n, total, items):
    count = sum(number for what, number, _ in items if what == name)
    price = next((p for what, _, p in items if what == name), 0)
    return total - count // n * price


def at_least(limit, off, total, items):
    return total - off if total >= limit else total


offers = {
    "ten": partial(percent, 10),
    "tea": partial(every_nth_free, "tea", 3),
    "big": partial(at_least, 60, 5),
    "none": partial(every_nth_free, "gong", 1),
}


def price(names):
    start = sum(number * each for _, number, each in cart)
    return reduce(lambda total, name: offers[name](total, cart), names, start)


for names in ((), ("ten",), ("tea", "ten"), ("ten", "tea"), ("big", "big"), ("none",), ("ten", "free")):
    try:
        print(f"{' then '.join(names) or 'full price':<16}{price(names):8.2f}")
    except KeyError as e:
        print(f"{' then '.join(names):<16}no offer {e}")
merged = {}
for what, number, each in cart:
    old, _ = merged.get(what, (0, each))
    merged[what] = old + number, each
print(merged, offers["tea"].args, offers["big"].func.__name__, reduce(max, (n for n, _ in merged.values())))
best = min(((price((a, b)), a, b) for a in offers for b in offers if a != b))
print([round(best[0], 2), *best[1:]], round(price(list(offers)), 3), reduce(lambda a, b: f"({a}{b})", "abcd"))
try:
    reduce(lambda a, b: a + b, [])
except TypeError as e:
    print(e)
