rows = [("Zürich", 1415, 0.031), ("São Paulo", 12330000, -0.5), ("東京", 13960000, 1 / 3), ("", 0, 0.0), ("a\tb", 7, 1e-9)]
widths = [max(len(str(row[i])) for row in rows) for i in range(3)]
print(widths)
for name, people, rate in rows:
    print(f"{name!r:<{widths[0] + 2}}{people:>12,}{rate:>+9.1%}{rate:12.3e} {name.upper():.>10} {name[:3]!a}")
print("=" * 20, "-".join("abc"), "x".center(6, "*") + "|", "x".ljust(3) + "|", "x".rjust(3, "é"), "42".zfill(5), "-42".zfill(5), "+a".zfill(4))
print("a\tbc\td".expandtabs(4), "a\tb".expandtabs(0), "01\t0123\n0\t1".expandtabs(4).splitlines(), "\t|".expandtabs())
for wrong in (lambda: "x".center("5"), lambda: "x".center(5, "ab"), lambda: "x".zfill(None), lambda: "x".rjust(5, 5), lambda: "x".expandtabs("a"), lambda: "x" * 2.5, lambda: "x" + 5, lambda: 5 + "x", lambda: "x" * "y"):
    try:
        print(wrong())
    except TypeError as e:
        print(e)
