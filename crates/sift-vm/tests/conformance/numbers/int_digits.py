big = 2 ** 5000
print(len(str(big)), str(big)[:20], big.bit_length(), big.bit_count(), hex(2 ** 70), bin(-10), oct(64))
for function in [lambda: str(10 ** 4300), lambda: int("9" * 4301), lambda: f"{10 ** 5000}", lambda: print(10 ** 4400), lambda: "%d" % 10 ** 0 and str(7 ** 9000)]:
    try:
        function()
    except ValueError as error:
        print(error)
print(len(str(10 ** 4299)), len(f"{10 ** 5000:x}"), int("f" * 5000, 16) == 16 ** 5000 - 1, sum(int(digit) for digit in str(2 ** 1000)))
print((255).bit_length(), (-255).bit_count(), (10).as_integer_ratio(), (7).conjugate(), (7).real, (7).imag, (7).numerator, True.denominator)
