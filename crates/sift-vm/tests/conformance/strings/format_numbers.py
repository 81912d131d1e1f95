for n in [0, 7, -42, 1234567, -1234567.891, 0.000123, 1e21, float("inf")]:
    print(f"{n:,} {n:>12} {n:<12}| {n:^12} {n:+} {n: } {n:012} {n!r}")
for n in [255, -255, 10**12]:
    print(f"{n:x} {n:X} {n:#x} {n:o} {n:#o} {n:b} {n:#b} {n:_} {n:_x} {n:#010x} {n:e} {n:.2f} {n:,.1f} {n:%}")
for x in [3.14159, -2.5, 1e-10, 123456789.0, 0.5, 1.5, 2.675]:
    print(f"{x:.0f} {x:.1f} {x:.3g} {x:g} {x:e} {x:.2E} {x:08.2f} {x:+.1%} {x:,.2f} {x:n}")
print(f"{True:d} {True} {65:c} {10:>+5} {-10:=+6} {-10:06} {3:*^7} {2.0} {1_000}")
for spec in ["d", "s", ".2d", ",s", "q", "10.3q", "=s"]:
    for value in [1.5, 3, "x"]:
        try:
            print(repr(format(value, spec)), end=" ")
        except ValueError as e:
            print(spec, "|", e)
print()
