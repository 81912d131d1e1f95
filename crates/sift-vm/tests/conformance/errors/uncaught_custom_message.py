ALLOWED = {"low", "mid", "high"}


def level(text):
    text = text.strip().lower()
    if text not in ALLOWED:
        raise ValueError(f"unknown level {text!r}; use one of {sorted(ALLOWED)}")
    return text


for item in [" Low", "HIGH ", "extreme"]:
    print(level(item))
