name, width, value, d = "Ann", 10, 3.14159, {"k": [1, 2, {"z": "deep"}]}
print(f"{name:>{width}}|{value:{width}.{2}f}|{value:<{width + 2}.3}|")
print(f"{d['k'][2]['z']!r:^12}|{d['k'][:2]}|{len(d)}")
print(f"{value = :.2f} {name=} {name = !s} {1 + 2=}")
print(f"{name!r} {name!s:>5} {'é'!a} {[name]!r:>9}")
print(f"{(lambda x: x * 2)(21)} {[i for i in range(3)]} { {'a': 1}['a'] } {(1, 2)}")
print(f"{{literal}} {{{name}}} {name}}}", f"{'yes' if value > 3 else 'no'}")
print(f"""multi
{name}
line {
    value
    :.1f}""")
print(f"{1_000_000:,} {255:#x} {255:08b} {-5:+d} {0.256:.1%} {12345.678:_.2f} {1e10:g} {'x':*^5}")
print(f"{True} {None} {print} "[:11], f"{3:d}{4:c}" if False else f"{65:c}")
for spec in ["d", "z", ">5s", ",s", ".2d"]:
    try:
        print(f"{'text':{spec}}")
    except ValueError as error:
        print(error)
