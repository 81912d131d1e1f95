value, name, items = 12.3456, "x", {"a": [1, 2], "b": {"c": "d"}}
print(f"{value:.{1 + 1}f} {value!r:>10} {name=} {value=:.1f} {items['a'][0] + 1} {items['b']['c']!r} {len(name) > 0 and 'yes'} {(lambda v: v * 2)(3)}")
print(f"{{literal}} {'{'} {name!s:^5}| {name:>{len(items) + 2}}| {'a' if value > 10 else 'b'} {[i for i in range(3)]} { {1: 2}[1] } {value:>+10.2f}|")
print(f"{1 + 1 = } { name = } {name = !s} {'é' = !a} {3 * 4:>{2 * 3}} {'-' * 5} {None} {True:>6} {1,2} {items.get('z', 'none')}")
print(f"""multi {
    value
} line""", f"a" "b" f"{name}", rf"\d{name}\n", F"{name}", f"{name}" f'{name}')
print(f"{'nested ' + f'{value:.0f}' + str(f'{name}')}", f"{sum(x * x for x in range(4))}", f"{'a,b'.split(',')}", f"{max(3, 7)}{min('b', 'a')}")
for make in [lambda: f"{value:d}", lambda: f"{name:.2f}", lambda: f"{items['zz']}", lambda: f"{None:>5}", lambda: f"{[1]:3}", lambda: f"{1:{'x' * 2}}"]:
    try:
        print(make())
    except (ValueError, KeyError, TypeError) as e:
        print(type(e).__name__, e)
