from decimal import Decimal, getcontext

def pi():
    getcontext().prec += 2
    three = Decimal(3)
    lasts, t, s, n, na, d, da = 0, three, 3, 1, 0, 0, 24
    while s != lasts:
        lasts = s
        n, na = n + na, na + 8
        d, da = d + da, da + 32
        t = (t * n) / d
        s += t
    getcontext().prec -= 2
    return +s

for digits in [10, 28, 60]:
    getcontext().prec = digits
    print(pi(), Decimal(2).sqrt(), Decimal(1).exp(), Decimal(10).ln())
