for value in [0.0, 3.14159, -2.5, 1234567.891, 1e-7, 1e20, 0.5, 99.995]:
    print(f"{value}|{value:.2f}|{value:,.2f}|{value:e}|{value:.3e}|{value:g}|{value:.3g}|{value:%}|{value:.0f}|{value:+.1f}|{value:10.3f}|{value:<10.1f}|{value:010.2f}")
print(f"{float('nan'):.2f} {float('inf'):8.1f} {-0.0:z.1f} {1e5:_} {12345.678:_.1f} {2.0:n}", "%.2f|%8.3f|%e|%g|%-8.1f|%+.1f" % (3.14159, 2.5, 12345.678, 0.0001, 1.0, 2.0))
width, places = 12, 3
print(f"{3.14159:{width}.{places}f}", "{:>{}.{}f}".format(2.71828, 10, 2), format(0.1, ".20f"), format(1 / 3, ".5"))
for spec in ["d", "x", "s", ".2", ".f"]:
    try:
        print(format(1.5, spec))
    except ValueError as error:
        print(spec, error)
