from decimal import Decimal, getcontext

getcontext().prec = 6
for text in ["1", "0.1", "-1", "999999", "1000000", "0"]:
    d = Decimal(text)
    print(f"{text:>8} {d.next_minus()} {d.next_plus()} {d.next_toward(5)} {d.next_toward(Decimal('-Infinity'))}")
print(Decimal(1).next_toward(1), Decimal("2").next_toward(Decimal("2.0")))
for x, y in [(10, 3), (10, 4), (-10, 3), (18, 4), (Decimal("3.5"), 1), (1, 3)]:
    d = Decimal(x)
    print(x, y, d % y, d // y, d.remainder_near(y), divmod(d, y))
print(Decimal("1.23456789").normalize(), Decimal("1200").normalize(), Decimal("-0.000").normalize())
print(Decimal("123.456").scaleb(2), Decimal("123.456").scaleb(-5), Decimal("123456789").logb(), Decimal("0.004").logb())
print(Decimal("2.5").to_integral(), Decimal("3.5").to_integral_value(), Decimal("-2.5").to_integral_exact())
print(Decimal("7").fma(Decimal("0.1"), 1), Decimal("123456").fma(1000, Decimal("0.5")))
for make in (lambda: Decimal(1).scaleb(Decimal("0.5")), lambda: Decimal(1).remainder_near(0), lambda: Decimal("1").fma("2", 3)):
    try:
        print(make())
    except Exception as e:
        print(type(e).__name__, e)
