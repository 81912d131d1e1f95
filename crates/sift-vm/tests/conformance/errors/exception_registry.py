handlers = {}


def parse_amount(text):
    if not text:
        raise Exception("empty")
    if text.startswith("-"):
        raise ValueError(f"negative amount {text!r}", text)
    number, _, unit = text.partition(" ")
    return float(number) * {"": 1, "k": 1e3, "m": 1e6}[unit]


counts = {}
for text in ["5", "2.5 k", "-1", "", "7 x", "abc", "1 m", "1e400"]:
    try:
        print(f"{text!r:<8} {parse_amount(text):,.1f}")
    except ValueError as e:
        counts[type(e).__name__] = counts.get(type(e).__name__, 0) + 1
        print(f"{text!r:<8} {type(e).__name__} {e.args}")
    except KeyError as e:
        counts["KeyError"] = counts.get("KeyError", 0) + 1
        print(f"{text!r:<8} unit {e}")
    except Exception as e:
        counts["Exception"] = counts.get("Exception", 0) + 1
        print(f"{text!r:<8} other: {e}")
print(sorted(counts.items()))
try:
    Exception(text="x")
except TypeError as e:
    print(e)
