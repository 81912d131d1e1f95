from decimal import Decimal, getcontext

balance = Decimal("1000.00")
rate = Decimal("0.0375")
for year in range(1, 6):
    balance = (balance * (1 + rate)).quantize(Decimal("0.01"))
    print(year, balance)
print(1000 * (1 + rate) ** 5, (1 + rate / 12) ** 360, Decimal(2) ** Decimal("0.5"), Decimal("1.1") ** -3)
getcontext().prec = 50
print((1 + rate) ** 40)
getcontext().prec = 6
print(Decimal(1) / 7, +Decimal("123456789.5"), Decimal("123456789.5"), getcontext().prec)
