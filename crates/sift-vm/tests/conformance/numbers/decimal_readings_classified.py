from decimal import Decimal, InvalidOperation

readings = [Decimal(text) for text in ("1.50", "-0", "1E-6150", "NaN", "-sNaN", "Infinity", "12345.678")]
for d in readings:
    quiet = "s" not in str(d)
    print(f"{d!s:>12} {d.is_nan()!s:<6}{d.is_qnan()!s:<6}{d.is_subnormal()!s:<6}{d.is_canonical()!s:<6}{d.canonical()!s:>12} {d.radix()} {d.to_integral() if quiet and d.is_finite() else '-'}")
pairs = [(Decimal("1.0"), Decimal("1.00")), (Decimal("-3"), Decimal(2)), (Decimal("NaN"), Decimal(1)), (Decimal(0), Decimal("-0"))]
for a, b in pairs:
    print(a, b, a.compare_total_mag(b), a.max_mag(b), a.min_mag(b), a.next_toward(b), end=" ")
    try:
        print(a.compare_signal(b))
    except InvalidOperation as error:
        print(type(error).__name__)
print([str(Decimal.from_float(x))[:20] for x in (0.1, 2.5, float("inf"), -0.0, 1e-3)], Decimal.from_float(7))
