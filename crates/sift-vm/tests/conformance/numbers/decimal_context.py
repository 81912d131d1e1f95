import decimal
from decimal import Context, Decimal, getcontext, setcontext

print(getcontext())
context = getcontext()
context.prec = 4
context.rounding = decimal.ROUND_DOWN
print(Decimal(2) / 3, Decimal(2).sqrt(), context.prec, context.rounding)
saved = context.copy()
setcontext(Context(prec=10))
print(Decimal(2) / 3, getcontext().prec, saved.prec)
print(saved.create_decimal("1.23456"), Decimal(1).exp(saved), Decimal("1.25").quantize(Decimal("0.1"), context=saved))
getcontext().prec += 5
print(Decimal(1) / 7)
for name, value in [("prec", 0), ("Emax", -1), ("capitals", 2)]:
    try:
        Context(**{name: value})
    except ValueError as error:
        print(error)
try:
    Context(rounding="up")
except TypeError as error:
    print(type(error).__name__)
