from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Context, Decimal, getcontext, setcontext

lines = """coffee|4|2.35|0.07
mug|2|11.905|0.19
book|1|24.00|0.07
cable|3|0.333|0.19"""
cent = Decimal("0.01")
for rounding in (ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_UP):
    setcontext(Context(prec=12, rounding=rounding))
    net = tax = Decimal(0)
    for line in lines.splitlines():
        name, count, price, rate = line.split("|")
        amount = (int(count) * Decimal(price)).quantize(cent)
        net += amount
        tax += (amount * Decimal(rate)).quantize(cent)
    print(f"{getcontext().rounding:<16} net {net:>8} tax {tax:>6} gross {net + tax:>8}")
setcontext(Context())
print(getcontext().prec, Decimal("1.005").quantize(cent), Decimal("1.015").quantize(cent, rounding=ROUND_HALF_UP))
try:
    Decimal("123456").quantize(Decimal("1e-30"))
except ArithmeticError as e:
    print(type(e).__name__, e)
try:
    getcontext(None)
except TypeError as e:
    print(e)
