def attempt(template, values):
    try:
        print(repr(template % values))
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        print(f"{template!r} {type(error).__name__}: {error}")


for template, values in (("%d", "x"), ("%d", 3.9), ("%d", None), ("%s %s", ("a",)), ("%s", ("a", "b")), ("%s", [1, 2]), ("%s", (1,)), ("%(k)s", {"k": 1}), ("%(k)s", {}), ("%(k)s", 5), ("%", 1), ("%q", 1),
                         ("%c", "ab"), ("%c", 97), ("%c", -1), ("%x", 2.5), ("%x", 255), ("%#X", 255), ("%f", "1"), ("%.2f", 2), ("%e", 12345), ("%g", 1e-5), ("%5.1f|%-8s|", (3.14159, "ab")), ("%*d", (5, 42)), ("%-*d|", (5, 42)),
                         ("%.*f", (2, 3.14159)), ("%%", ()), ("100%", ()), ("%s%%", 5), ("%+d % d", (3, 3)), ("%05d", -42), ("%o", 8), ("%i", True), ("%r %a", ("é", "é")), ("no", 1), ("no", {}), ("no", []), ("%(a)d %(a)s", {"a": 7}),
                         ("%s", None), ("%.3s|", "abcdef"), ("%10.3e", 123456.789), ("%d%s", (10**30, ""))):
    attempt(template, values)
