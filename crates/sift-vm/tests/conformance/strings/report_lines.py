rows = [("apples", 3, 1.2), ("kiwis", 12, 0.355), ("watermelon", 1, 10)]
width = max(len(name) for name, *_ in rows)
print(f"{'item':<{width}} | {'qty':>5} | {'sum':>9}")
print("-" * (width + 20))
for name, qty, price in rows:
    print(f"{name:<{width}} | {qty:>5d} | {qty * price:>9.2f}")
    print("{:_^{w}}|{:+06d}|{!r:>8}".format(name, qty, price, w=width + 2))
total = sum(qty * price for _, qty, price in rows)
print(f"{'total':.<{width + 11}}{total:>9,.3f} {total:e} {total:g} {total / 100:.1%} {total!s:>10}")
print("%-10s|%5d|%08.3f|%+d|%%|%s" % ("end", 7, 3.14159, 5, [1]), "%s-%r" % ("a", "b"), "%(k)s=%(v)05.1f" % {"k": "x", "v": 2})
