fields = "id=7;price=3.50;flags=0b101;hex=ff;ok=True;none=".split(";")
parsed = {}
for field in fields:
    key, value = field.split("=")
    for kind in (int, float, lambda v: int(v, 0), lambda v: int(v, 16), str):
        try:
            parsed[key] = kind(value)
            break
        except ValueError:
            pass
print(parsed)
print(list("abc"), tuple([1, 2]), set("aab") == {"a", "b"}, dict([("a", 1)]), str([1, 'x']), bool("0"), float("1e3"), int("-12"), int(3.99), int("zz", 36))
print(str(1.0), str(10 ** 20), str(1e20), str(True), repr("a'b"), str(b for b in [])[:18], str(None), str({1: (2,)}))
print([bin(n)[2:].zfill(4) for n in range(5)], [hex(n) for n in (10, 255)], [oct(n)[2:] for n in (8, 64)], [chr(ord("a") + n) for n in range(5)])
print(format(3, "03d") + "|" + format("c", "^5"), ascii("ü"), abs(int("-5")), list(map(ord, "hi")), sum(map(int, "1 2 3".split())), list(filter(str.isupper, "aBcD")))
print(hasattr({}, "items"), hasattr([], "items"), getattr("x", "upper")(), isinstance(getattr([], "append", None), type(None)))
n = 3735928559
print(f"{n:x} {n:#b} {n:o} {n:_} {n:,} {n:e}", hex(n).upper(), int("deadbeef", 16) == n, n.bit_length(), bin(n).count("1"))
