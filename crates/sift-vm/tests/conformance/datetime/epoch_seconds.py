# Log lines with seconds since 1970, in several formats.
from datetime import date, datetime, timedelta, timezone

epoch = datetime(1970, 1, 1)
for text in ["1709211907", "1709211907.25", "-1", "1709211907000", "1e9", "soon"]:
    try:
        seconds = float(text)
        print(text, datetime.utcfromtimestamp(seconds), date.fromtimestamp(seconds), epoch + timedelta(seconds=seconds), datetime.fromtimestamp(seconds, timezone.utc).timetuple()[:3])
    except (ValueError, OverflowError) as e:
        print(text, type(e).__name__, e)
print((datetime(2024, 2, 29, 13, 5, 7) - epoch).total_seconds(), (datetime(2024, 2, 29, 13, 5, 7) - epoch) // timedelta(seconds=1))
print(datetime.utcfromtimestamp(0).utctimetuple().tm_year, datetime(2024, 2, 29, tzinfo=timezone.utc).timestamp(), datetime.utcfromtimestamp(1709164800).utcoffset())
print(sorted({datetime.fromtimestamp(s, timezone.utc).date().replace(day=1) for s in (1709211907, 1706533507, 1709000000)}))
