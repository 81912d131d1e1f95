from decimal import Decimal


def show(method, *args, **kwargs):
    try:
        print(method.__name__, args, repr(method(*args, **kwargs)))
    except Exception as e:
        print(method.__name__, args, type(e).__name__, e)


d = Decimal("-7.25")
for method in [d.compare, d.compare_signal, d.compare_total, d.compare_total_mag, d.copy_sign, d.max, d.max_mag, d.min,
               d.min_mag, d.next_toward, d.remainder_near, d.same_quantum, d.scaleb]:
    show(method, Decimal("2"))
    show(method, 3)
    show(method, "3")
    show(method, 1.5)
    show(method)
    show(method, 1, None, 2)
for method in [d.fma]:
    show(method, 2, 3)
    show(method, Decimal("0.5"), Decimal("0.25"))
    show(method, 2)
    show(method, 2, "x")
    show(method, 2, 3, None, 4)
for method in [d.to_integral, d.to_integral_exact, d.to_integral_value]:
    show(method)
    show(method, "ROUND_UP")
    show(method, rounding="ROUND_DOWN")
    show(method, rounding="UP")
    show(method, rounding=3)
