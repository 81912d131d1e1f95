# Stock in lots, first in, first out.
context = """IN  widget 10 @ 2.50
IN  widget 5 @ 3.00
OUT widget 12
IN  bolt 100 @ 0.05
OUT bolt 130
OUT nut 1
"""

# the same without classes
store, short = {}, {}
def receive(item, qty, price):
    store.setdefault(item, deque()).append([qty, price])
def ship(item, qty):
    lots = store[item]
    while qty and lots:
        take = min(lots[0][0], qty)
        lots[0][0] -= take
        qty -= take
        if not lots[0][0]: lots.popleft()
    return qty
for n, line in enumerate(context.splitlines(), start=1):
    op, item, rest = line.split(None, 2)
    if op == "IN":
        q, _, p = rest.partition(" @ ")
        receive(item, int(q), float(p))
    elif op == "OUT":
        try:
            if (left := ship(item, int(rest))):
                short[item] = left
        except KeyError as e:
            print(f"line {n}: unknown item {e}, args={e.args!r}")
print({k: list(v) for k, v in store.items()}, short)

value = sum(q * p for lots in store.values() for q, p in lots)
d = deque([1, 2, 3, 4], maxlen=3); d.rotate(1); d.appendleft(9)
print(d, d.maxlen, list(reversed(d)), value)
print(f"{value:.2f}; short: {short}")
