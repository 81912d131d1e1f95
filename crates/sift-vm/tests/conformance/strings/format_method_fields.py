person = {"name": "Ann", "tags": ["a", "b"], "address": {"city": "Ulm"}}
print("{0} {1} {0}".format("a", "b"), "{} {}".format(1, 2.5), "{name}".format(**person), "{p[name]} {p[tags][1]} {p[address][city]}".format(p=person))
print("{:>{w}}|{:^{w}.{p}f}".format("x", 2.0, w=6, p=1), "{!r} {!s} {!a}".format("é", "é", "é"), "{{}} {{{0}}}".format(1), "{0!r:>6}".format("a"))
print("{a}{b}".format_map({"a": 1, "b": 2}), "%s %r %d %5.1f %% %x %-4s| %+d %05d" % ("a", "b", 3.9, 2.25, 255, "l", 5, 42), "%(x)s-%(y)03d" % {"x": 1, "y": 2})
for template, args in [("{} {}", (1,)), ("{0} {}", (1, 2)), ("{a}", ()), ("{0[x]}", ({},)), ("{0.x}", (1,)), ("{", ()), ("}", ()), ("{:d}", ("x",)), ("{0!x}", (1,)), ("{0[}", (1,)), ("{} {0}", (1,)), ("{0[5]}", ([1],))]:
    try:
        print(template.format(*args))
    except Exception as e:
        print(repr(template), type(e).__name__, e)
for template, args in [("%d", "x"), ("%s %s", "a"), ("%s", (1, 2)), ("%q", 1), ("%(a)s", {}), ("%(a)s", 5), ("%", 1), ("%c", "ab"), ("%c", 256), ("%x", 1.5), ("%f", None), ("%*d", (5, 3))]:
    try:
        print(template % args)
    except Exception as e:
        print(repr(template), type(e).__name__, e)
