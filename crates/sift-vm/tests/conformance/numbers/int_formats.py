for value in [0, 7, -42, 1234567, -1234567890123]:
    print(f"{value:d}|{value:5}|{value:<8}|{value:^8}|{value:+}|{value: }|{value:,}|{value:_}|{value:08}|{value:x}|{value:#X}|{value:#b}|{value:o}|{value:e}|{value:.1f}|{value:%}")
print(f"{65:c}", f"{2**80:,}", f"{2**80:_x}", f"{True:d}", f"{True}", f"{-5:=+6}", f"{5:*>+6}", "%5d|%-5d|%05d|%+d|%x|%o" % (42, 42, 42, 42, 255, 8))
for spec in [".2d", "s", "q", ",x", "_,", "+c"]:
    try:
        print(format(42, spec))
    except ValueError as error:
        print(spec, error)
