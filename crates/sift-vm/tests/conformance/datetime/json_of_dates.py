import json
from datetime import date, datetime, timedelta

record = {"when": datetime(2024, 1, 2, 3, 4, 5), "day": date(2024, 1, 2), "span": timedelta(hours=2)}
try:
    json.dumps(record)
except TypeError as e:
    print(type(e).__name__, e)
print(json.dumps(record, default=str))
text = json.dumps({k: v.isoformat() if hasattr(v, "isoformat") else v.total_seconds() for k, v in record.items()})
back = json.loads(text)
print(text, datetime.fromisoformat(back["when"]) == record["when"], date.fromisoformat(back["day"]), timedelta(seconds=back["span"]))
