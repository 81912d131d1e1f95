from decimal import Decimal, ROUND_HALF_UP

lines = [("Widget", "3", "19.99"), ("Gadget", "12", "0.335"), ("Cable", "100", "1.005")]
cent = Decimal("0.01")
total = Decimal("0")
for name, quantity, price in lines:
    amount = (Decimal(quantity) * Decimal(price)).quantize(cent, rounding=ROUND_HALF_UP)
    total += amount
    print(f"{name:<8}{quantity:>5}{price:>8}{amount:>10}")
tax = (total * Decimal("0.19")).quantize(cent, ROUND_HALF_UP)
print(f"net {total:,.2f} tax {tax} gross {total + tax}")
print(total.as_tuple(), total == Decimal("164.490"), total.normalize())
