import re
from datetime import timedelta

UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes", "s": "seconds", "ms": "milliseconds"}


def parse(text):
    parts = re.findall(r"(-?\d+(?:\.\d+)?)\s*(ms|[wdhms])", text)
    if not parts or re.sub(r"(-?\d+(?:\.\d+)?)\s*(ms|[wdhms])|[\s,]", "", text):
        raise ValueError(f"not a duration: {text!r}")
    return sum((timedelta(**{UNITS[unit]: float(number)}) for number, unit in parts), timedelta())


def shown(delta):
    sign, delta = ("-", -delta) if delta < timedelta() else ("", delta)
    hours, rest = divmod(delta.seconds, 3600)
    return f"{sign}{delta.days}d{hours:02}h{rest // 60:02}m{rest % 60:02}s" + (f".{delta.microseconds:06}" if delta.microseconds else "")


for text in ("1h30m", "2 d, 3h", "90m", "1.5w", "-45s", "1500ms", "0.1s", "1y", ""):
    try:
        delta = parse(text)
        print(f"{text!r:<10}{delta!s:<22}{shown(delta):<18}{delta!r} {delta.total_seconds()}")
    except ValueError as e:
        print(e)
a, b = timedelta(hours=5), timedelta(minutes=7)
print(a / b, a // b, a % b, divmod(a, b), a * 0.5, a / 3, -a, abs(-a), bool(timedelta(0)), a > b, timedelta.max > a, sum([a, b], timedelta()))
for make in (lambda: a + 1, lambda: a * a, lambda: a / 0, lambda: timedelta("x"), lambda: timedelta(days=10**10), lambda: a // "b", lambda: timedelta(**{"hour": 1}), lambda: a < 3):
    try:
        print(make())
    except Exception as e:
        print(type(e).__name__, e)
