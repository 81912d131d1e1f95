# A table joined, grouped and printed with named tuples.
Order = namedtuple("Order", ["id", "customer", "total"])
Customer = namedtuple("Customer", "id name city", defaults=("?", None))
customers = {c.id: c for c in [Customer(1, "Ann", "Oslo"), Customer(2, "Bob"), Customer(3)]}
orders = [Order(10, 1, 25.5), Order(11, 2, 10), Order(12, 1, 4.25), Order(13, 9, 1)]
for order in orders:
    customer = customers.get(order.customer)
    print(f"{order.id:>3} {customer.name if customer else 'unknown':<8}{order.total:>8.2f}")
totals = Counter()
for order in orders:
    totals[order.customer] += order.total
best, amount = totals.most_common(1)[0]
print(customers[best], amount, customers[3], Customer._field_defaults)
print("\t".join(Order._fields), *["\t".join(map(str, order)) for order in orders[:2]], sep="\n")
print(json.dumps([order._asdict() for order in orders[:2]]), json.dumps({"order": orders[0]}))
print(sorted(orders, key=lambda order: -order.total)[0].id, [order._replace(total=round(order.total)) for order in orders if order.total > 20], len({order.customer for order in orders}))
print(Order(*"abc"), Order(**dict(zip(Order._fields, (1, 2, 3)))), orders[0] == Order(10, 1, 25.5), orders[0] in orders, orders.index((11, 2, 10)))
try:
    Order(1, 2)
except TypeError as error:
    print(error)
try:
    orders[0].price
except AttributeError as error:
    print(error)
