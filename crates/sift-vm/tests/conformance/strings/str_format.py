def show(make):
    try:
        print(repr(make()))
    except Exception as error:
        print(type(error).__name__ + ":", error)


print("{} {}".format("a", 1), "{1} {0} {1}".format("a", "b"), "{name}: {value:>5}".format(name="x", value=3), "{{}}".format())
print("{0[a]} {0[b][1]}".format({"a": 1, "b": [2, 3]}), "{!r} {!s} {!a}".format("é", "é", "é"), "{:{}}|{:{width}.{precision}f}".format("a", 4, 2.5, width=8, precision=2))
print("{:,} {:+d} {:e} {:%} {:x} {:#b} {:08.3f} {:^9} {:*<6}".format(1234567, 5, 12345.678, 0.25, 255, 5, 3.14159, "mid", "l"))
show(lambda: "{} {}".format("a"))
show(lambda: "{x}".format(y=1))
show(lambda: "{0} {}".format(1, 2))
show(lambda: "{".format(1))
show(lambda: "}".format(1))
show(lambda: "{:d}".format("a"))
show(lambda: "{:d}".format(1.5))
show(lambda: "{!x}".format(1))
show(lambda: "{0[5]}".format([1]))
show(lambda: "{a.b}".format(a=1))
print("{a}-{b:03}".format_map({"a": "x", "b": 7}), "plain".format_map({}))
show(lambda: "{a}".format_map({}))
show(lambda: "{}".format_map({"a": 1}))
show(lambda: "{0}".format_map({"a": 1}))
show(lambda: "{a}".format_map(1))
show(lambda: "{a}".format_map(Counter()))
show(lambda: "{a[0]} {b!r:>5}".format_map({"a": "xyz", "b": "q", 3: 4}))
