from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal, getcontext, setcontext

exact = getcontext()
print(exact.prec, exact.rounding)
setcontext(Context(prec=5, rounding=ROUND_DOWN))
print(Decimal(1) / 7, Decimal(2) / 3, +Decimal("123456789"), getcontext().prec, getcontext().rounding)
getcontext().rounding = ROUND_HALF_UP
print(Decimal(2) / 3, +Decimal("1.000005"))
setcontext(Context(prec=3))
print(Decimal("2.5") * Decimal("1.01"), getcontext().rounding == ROUND_HALF_EVEN)
setcontext(exact)
print(Decimal(1) / 7)


def show(call, *args, **kwargs):
    try:
        print(call(*args, **kwargs))
    except Exception as e:
        print(type(e).__name__, e)


show(setcontext, 5)
show(setcontext)
show(getcontext, 1)
show(Context, prec=0)
show(Context, prec="5")
show(Context, rounding="UP")
print(getcontext().prec)
