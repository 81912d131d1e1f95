from decimal import Decimal, InvalidOperation

values = [Decimal(t) for t in ["0", "-0.00", "1E-4000", "12.50", "-Infinity", "NaN", "sNaN7", "1e3", "-0.001"]]
print(f"{'value':>12} sign zero fin inf qnan snan norm sub  class")
for d in values:
    flags = [d.is_signed(), d.is_zero(), d.is_finite(), d.is_infinite(), d.is_qnan(), d.is_snan(), d.is_normal(),
             d.is_subnormal()]
    print(f"{str(d):>12} " + "  ".join("x" if f else "." for f in flags), d.number_class(), d.is_canonical())
for d in values:
    try:
        print(str(d.as_integer_ratio())[:60])
    except (ValueError, OverflowError) as e:
        print(d, type(e).__name__, e)
print([d.adjusted() for d in values])
print([str(d.copy_abs()) for d in values], [str(d.copy_negate()) for d in values])
for d in (Decimal("-1"), Decimal("0"), Decimal("NaN"), Decimal("sNaN")):
    for name, method in (("ln", d.ln), ("log10", d.log10), ("exp", d.exp), ("logb", d.logb), ("sqrt", d.sqrt)):
        try:
            print(name, d, method())
        except InvalidOperation as e:
            print(name, d, "invalid", e)
        except ZeroDivisionError as e:
            print(name, d, "division", e)
