data = {"name": "Ann", "langs": ["py", "rs"], "n": 3.5}
print("{name} {langs[0]} {langs[1]!r:>5} {n:.2f} {{}}".format(**data), "{0}{1}{0}".format("a", "b"), "{}{}".format(1, 2), "{:{}}".format("x", ">4"))
print("{0[name]:*^9}|{0[n]:<6}|".format(data), "{a.real}".format(a=5), "{:>{w}.{p}f}".format(3.14159, w=8, p=2), "{!s:.2}".format("abcd"), "{!a}".format("é"))
print(f"{data['name']!r} {data['langs'][-1]:>4} {len(data):03} {data['n'] * 2 = :.1f} {'nested ' + f'{1 + 1}'} {[x for x in (1, 2)]} {{{data['n']}}}")
print("{:%Y}".format(datetime(2024, 5, 1)), "{:d}".format(True), "{:}".format(None), "{:s}".format("t"), format("a", "^5"), format(3), "{x}".format_map({"x": 1}))
for template, args in [("{}{}", (1,)), ("{0}{}", (1, 2)), ("{a}", ()), ("{0[x]}", ({},)), ("{0[5]}", ([1],)), ("{", ()), ("}", ()), ("{!z}", (1,)), ("{:d}", ("s",)), ("{0.nothing}", (1,)), ("{:>x}", ("s",)), ("{[}", ([1],)), ("{!}", (1,))]:
    try:
        print(template.format(*args))
    except (IndexError, KeyError, ValueError, AttributeError, TypeError) as e:
        print(template, "|", type(e).__name__, e)
