from decimal import Decimal
from functools import cmp_to_key

shown = ["1.20", "1.2", "-3", "12e-1", "NaN", "-NaN", "Infinity", "-Infinity", "0", "-0", "1.200"]
numbers = [Decimal(text) for text in shown]
ordered = sorted(numbers, key=cmp_to_key(lambda a, b: int(a.compare_total(b))))
print(" < ".join(map(str, ordered)))
by_size = sorted(numbers, key=cmp_to_key(lambda a, b: int(a.compare_total_mag(b))))
print(" < ".join(map(str, by_size)))
a, b = Decimal("1.20"), Decimal("1.2")
print(a == b, a.compare(b), a.compare_signal(b), a.compare_total(b), a.same_quantum(b), a.same_quantum(Decimal("9.99")))
print(Decimal("NaN").compare(a), Decimal("NaN").same_quantum(Decimal("sNaN")))
print(a.max(Decimal("NaN")), a.min(Decimal("NaN")), a.max_mag(-5), a.min_mag(Decimal("-0.5")), Decimal(-3).max(-2))
print(a.copy_sign(Decimal("-0")), a.conjugate(), a.canonical(), a.radix(), a.adjusted(), Decimal("0.00120").adjusted())
try:
    Decimal("NaN").compare_signal(1)
except ArithmeticError as e:
    print(type(e).__name__, e)
