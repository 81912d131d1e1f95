def show(make):
    try:
        print(repr(make()))
    except Exception as error:
        print(type(error).__name__ + ":", error)


for n in [0, 1, -1, 5, -5, 255, 2**64, -2**64, 10**30, True]:
    print(n, n.bit_length(), n.bit_count(), n.as_integer_ratio(), n.conjugate())
for x in [0.0, -0.0, 1.0, 2.5, -2.5, 0.1, 1e300, 5e-324, 1e16]:
    print(x, x.is_integer(), x.as_integer_ratio(), x.conjugate())
print(float("inf").is_integer(), float("nan").is_integer(), float("-inf").is_integer())
show(lambda: float("inf").as_integer_ratio())
show(lambda: float("-inf").as_integer_ratio())
show(lambda: float("nan").as_integer_ratio())
print((5).real, (5).imag, (5).numerator, (5).denominator, (2.5).real, (2.5).imag)
