text = '{"price": 1.10, "count": 3, "big": 123456789012345678901234567890, "e": 1e3, "neg": -0, "nan": NaN, "inf": -Infinity}'
print(json.loads(text))
print(json.loads(text, parse_float=str), json.loads(text, parse_int=float)["big"], json.loads(text, parse_int=str, parse_float=str, parse_constant=str))
order = []
def note(kind):
    def read(s):
        order.append((kind, s))
        return len(order)
    return read
print(json.loads(text, parse_float=note("f"), parse_int=note("i"), parse_constant=note("c")), order)
def strict_constant(name):
    raise ValueError("no " + name + " here")
try:
    json.loads(text, parse_constant=strict_constant)
except ValueError as e:
    print(type(e).__name__, e)
print(json.loads("1.5", parse_float=lambda s: round(float(s))), json.loads("[true, null, 7]", parse_int=bool), json.loads("1e400"), json.loads("-0.0"))
