items = [("Widget", 4, 3.5), ("Gadget, large", 10, 12.25), ("Nut", 1000, 0.01)]
width = max(len(name) for name, _, _ in items)
print(f"{'item':<{width}} | {'qty':>5} | {'price':>8} | {'total':>10}")
print("-" * width + "-+-" + "-" * 5 + "-+-" + "-" * 8 + "-+-" + "-" * 10)
for name, qty, price in items:
    print(f"{name:<{width}} | {qty:>5d} | {price:>8.2f} | {qty * price:>10,.2f}")
print("=" * 30, "%-10s|%5.1f|%05d" % ("left", 2.25, 42), "{:>8}|{:^8}|{:<8}".format("r", "c", "l"), sep="\n")
print("{0} {1} {0} {name!r} {2[1]} {3[k]}".format("a", "b", [1, 2], {"k": "v"}, name="n"))
print("\n".join(f"{i:>2}. {line.strip().capitalize()}" for i, line in enumerate(" one\nTWO \nthree".split("\n"), 1)))
print("|".join("abc".center(n, "*") for n in range(3, 8)), "7".zfill(3), "-7".zfill(4), "x".ljust(3, ".") + "y".rjust(3, "."))
