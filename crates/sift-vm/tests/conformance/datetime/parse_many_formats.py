from datetime import datetime, timedelta, timezone

samples = ["2024-03-01", "01/03/2024", "March 1, 2024", "1 Mar 24 5:07 PM", "20240301T170700", "2024-03-01 17:07:00.250+0530", "yesterday", "31.04.2024"]
formats = ["%Y-%m-%d", "%d/%m/%Y", "%B %d, %Y", "%d %b %y %I:%M %p", "%Y%m%dT%H%M%S", "%Y-%m-%d %H:%M:%S.%f%z", "%d.%m.%Y"]


def parse(text):
    errors = []
    for number, form in enumerate(formats):
        try:
            return number, datetime.strptime(text, form)
        except ValueError as e:
            errors.append(str(e))
    raise ValueError(f"no format for {text!r}; last: {errors[-1]}")


found = []
for text in samples:
    try:
        number, moment = parse(text)
        found.append(moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc))
        print(f"{text:<30}{number} {moment!r}")
    except ValueError as e:
        print(e)
print(len(set(found)), max(found), min(found).isoformat(timespec="minutes"), (max(found) - min(found)) / timedelta(hours=1))
print(sorted({m.strftime("%H:%M:%S %Z|%z") for m in found}), found[-1].astimezone(timezone.utc).time(), found[-1].utctimetuple().tm_yday if hasattr(found[-1], "utctimetuple") else "")
for text, form in [("2024", "%Y-%m"), ("2024-13", "%Y-%m"), ("x", "%Q"), ("2024-02-30", "%Y-%m-%d"), ("12:60", "%H:%M"), ("a", "%"), ("1 2", "%d")]:
    try:
        print(datetime.strptime(text, form))
    except ValueError as e:
        print(e)
