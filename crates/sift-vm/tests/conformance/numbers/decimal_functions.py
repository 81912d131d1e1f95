from decimal import Decimal

for text in ["2", "10", "0.5", "100", "1E-5", "1"]:
    d = Decimal(text)
    print(text, d.sqrt(), d.exp(), d.ln(), d.log10())
print(Decimal("120.00").normalize(), Decimal("1.23").adjusted(), Decimal("0.00").is_zero(), Decimal("-1").is_signed())
print(Decimal("1.5").as_integer_ratio(), Decimal("3").compare(Decimal("2")), Decimal("3").max(4), Decimal("3").min(4))
print(Decimal("1.5").copy_sign(Decimal(-1)), Decimal("-1.5").copy_abs(), Decimal("1").copy_negate(), Decimal("5").scaleb(3))
print(Decimal(2).fma(3, 4), Decimal(10).remainder_near(4), Decimal(1).next_plus(), Decimal(1).next_minus(), Decimal(250).logb())
print(Decimal("1.0").same_quantum(Decimal("2.5")), Decimal("1.0").compare_total(Decimal("1.00")), Decimal("0").number_class())
print(Decimal("NaN").is_nan(), Decimal("sNaN").is_snan(), Decimal("Infinity").is_infinite(), Decimal(1).is_finite(), Decimal(1).is_normal())
try:
    Decimal(2).compare("3")
except TypeError as error:
    print(error)
