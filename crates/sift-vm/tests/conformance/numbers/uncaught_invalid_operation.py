from decimal import Decimal

amounts = ["12.00", "8.50", "n/a", "3"]
total = Decimal(0)
for amount in amounts:
    total += Decimal(amount)
    print(amount, total)
