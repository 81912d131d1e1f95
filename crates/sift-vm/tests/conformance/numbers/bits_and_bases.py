for value in [0, 5, 255, -255, 2**40]:
    print(value, bin(value), oct(value), hex(value), f"{value:b} {value:o} {value:x} {value:X} {value:#010b} {value:_b}", value.bit_length(), value.bit_count())
print(int("1010", 2), int("0x1F", 16), int("0b11", 0), int("777", 8), int("zz", 36), 0b1010 ^ 0b0110, 0xF0 >> 4, 1 << 10, 0o17 & 0x3)
print(sum(1 << i for i in [0, 2, 4]), [i for i in range(8) if 0b10010110 >> i & 1], bin(0b1100 & ~0b0100), f"{~7 & 0xFF:08b}")
for function in [lambda: bin(1.5), lambda: hex("a"), lambda: 1.5 & 1, lambda: ~1.5, lambda: 1 << 2.0, lambda: 1 >> -1, lambda: f"{1.5:b}"]:
    try:
        function()
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
