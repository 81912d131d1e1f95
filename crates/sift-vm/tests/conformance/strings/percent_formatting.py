print("%s is %d years and %.1f m" % ("Ann", 31, 1.756))
print("%5d|%-5d|%05d|%+d|% d|%x|%X|%o|%#x" % (42, 42, 42, 42, 42, 255, 255, 8, 255))
print("%10s|%-10s|%.2s|%c|%c|%r|%a" % ("right", "left", "cut", "x", 65, "it's", "é"))
print("%e %E %g %G %f" % (12345.678, 0.00012, 1e-10, 1e20, 2))
print("%(name)s: %(n)03d %(name)r" % {"name": "k", "n": 7, "unused": 1})
print("100%% of %s" % "it", "%s" % (("a", 1),), "%s %s" % ([1], {"k": 2}), "%*d|%-*d|%.*f" % (5, 42, 5, 42, 2, 3.14159))
for template, values in [("%d", "x"), ("%s %s", ("one",)), ("%s", ("a", "b")), ("%z", 1), ("%(k)s", {}), ("%(k)s", "x"), ("%c", "ab"), ("%", 1), ("%d", None), ("%x", 1.5), ("%i", 2.9)]:
    try:
        print(template % values)
    except Exception as error:
        print(type(error).__name__, error)
print("no args" % (), "%s" % None, "%d%%" % 12.9, "%s" % True, "%d" % True)
