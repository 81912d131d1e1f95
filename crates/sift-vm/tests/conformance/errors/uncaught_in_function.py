def load(rows):
    total = 0
    for row in rows:
        total += row["price"] * row["qty"]
    return total


print(load([{"price": 2, "qty": 3}, {"price": 1.5, "qty": 2}]))
print("before")
data = [{"price": 2, "qty": 1}, {"price": 5}]
print(load(data))
print("never shown")
