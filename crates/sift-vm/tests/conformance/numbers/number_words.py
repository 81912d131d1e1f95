def parse_amount(text):
    text = text.strip().lower().replace("$", "").replace(",", "")
    scale = {"k": 10**3, "m": 10**6, "bn": 10**9}
    for suffix, factor in scale.items():
        if text.endswith(suffix):
            return float(text[: -len(suffix)]) * factor
    negative = text.startswith("(") and text.endswith(")")
    value = float(text.strip("()"))
    return -value if negative else value

for text in ["$1,234.50", "3.2M", "15k", "1.1bn", "(250)", "7"]:
    value = parse_amount(text)
    print(f"{text:>10} {value:>18,.2f} {value:g} {int(value)} {value.is_integer()}")
try:
    parse_amount("about 5")
except ValueError as error:
    print("ValueError:", error)
