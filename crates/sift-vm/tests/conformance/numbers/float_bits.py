values = [0.1, -2.5, 3.0, 1e300, 5e-324, 0.0, -0.0, 255.9375]
for x in values:
    text = x.hex()
    print(f"{x!r:>10} {text:<28} {float.fromhex(text) == x} {x.is_integer()} {x.conjugate()}")
print([float.fromhex(t) for t in ("0x1p4", "ff", "0x.8", "-0X1.8P+1", "inf", " nan ", "0x10.4p-2")])
print(float("inf").hex(), float("nan").hex(), (7.0).is_integer(), float("inf").is_integer())


def show(call, *args):
    try:
        print(call(*args))
    except Exception as e:
        print(type(e).__name__, e)


show(float.fromhex, "0x1g")
show(float.fromhex, "")
show(float.fromhex, 5)
show(float.fromhex, "0x1p5000")
show(float.fromhex)
x = 1.5
show(x.hex, 1)
show(x.is_integer, 2)
show(x.conjugate, 3)
show(float.hex, 3)
show(float.is_integer, "1.0")
show(float.as_integer_ratio, float("inf"))
