print("%s %s" % ("a", 1), "%d%%" % 50, "%5.1f|%-8s|%08d" % (3.14159, "ab", 42), "%x %X %o %#x %e %g %G" % (255, 255, 8, 255, 12345.678, 0.0001, 1e-10))
print("%(a)s and %(b)r" % {"a": 1, "b": "x"}, "%*d|%-*s|%.*f" % (5, 42, 6, "hi", 2, 3.14159), "%c%c" % ("a", 98), "%r %a" % ("é", "é"), "% d %+d" % (5, 5))
print("%s" % [1, 2], "%s" % (None,), "%s" % ((1, 2),), "%10.3s|" % "abcdef", "%i" % 3.99, "%d" % True, "%5s%-5s|" % ("a", "b"), "%.3d" % 7)
for template, values in [("%d", "x"), ("%s %s", ("a",)), ("%s", ("a", "b")), ("%z", 1), ("%", 1), ("%(a)s", {}), ("%(a)s", 5), ("%c", "ab"), ("%x", 1.5), ("%d", None), ("%s %(a)s", {"a": 1}), ("%*d", (1.5, 2)), ("plain", 5), ("%(a", {"a": 1})]:
    try:
        print(template % values)
    except (TypeError, ValueError, KeyError) as e:
        print(repr(template), "|", type(e).__name__, e)
