rows = ["0.1+0.2", "0.3", "1e16+1", "1e16", "0.5+0.25", "0.75"]


def value(text):
    return sum(float(part) for part in text.split("+"))


for left, right in zip(rows[::2], rows[1::2]):
    a, b = value(left), value(right)
    print(f"{left} == {right}: {a == b}; {a.hex()} {b.hex()}")
    print("  ", a.as_integer_ratio(), a.is_integer(), float.fromhex(b.hex()) == b)
whole = [x for x in (1.0, 2.5, -3.0, 1e20, 0.1) if x.is_integer()]
print(whole, [int(x) for x in whole], [x.conjugate() for x in whole])
stored = " ".join(x.hex() for x in (1 / 3, 2 / 3))
print(stored, [float.fromhex(t) for t in stored.split()] == [1 / 3, 2 / 3])
print(float.hex(2.0), float.is_integer(2.0), float.conjugate(2.5), float.fromhex("0x1.8"))
try:
    float.fromhex("1.5 apples")
except ValueError as e:
    print(e)
