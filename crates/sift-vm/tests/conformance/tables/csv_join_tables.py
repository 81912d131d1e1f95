import csv, io

customers = "id,name,tier\nc1,Ada,gold\nc2,Bo,silver\nc3,Cy,gold\n"
orders = "order,customer,amount\n1,c1,10.50\n2,c2,7\n3,c1,4.25\n4,c9,1\n"
by_id = {row["id"]: row for row in csv.DictReader(io.StringIO(customers))}
spent = {}
unknown = []
for order in csv.DictReader(io.StringIO(orders)):
    customer = by_id.get(order["customer"])
    if customer is None:
        unknown.append(order["order"])
        continue
    tier = customer["tier"]
    spent[tier] = spent.get(tier, 0) + float(order["amount"])
for tier, amount in sorted(spent.items(), key=lambda item: -item[1]):
    print(f"{tier:<8}{amount:>8.2f}")
print("unknown customers in orders:", unknown)
