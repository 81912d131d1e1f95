import json
from decimal import Decimal
from fractions import Fraction

data = json.loads('{"price": 19.99, "count": 3, "big": 123456789012345678901234567890, "rate": 1e-3}')
price = Decimal(str(data["price"]))
print(price * data["count"], Decimal(data["price"]) == price, data["big"] + 1, Fraction(str(data["rate"])))
print(json.dumps({"total": str(price * 3), "share": float(Fraction(1, 3)), "count": int(Decimal("3.0"))}))
for value in [price, Fraction(1, 3)]:
    try:
        json.dumps({"value": value})
    except TypeError as error:
        print(error)
print(json.dumps({"value": price}, default=str))
