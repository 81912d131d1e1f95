from datetime import datetime, time, timedelta, timezone

offsets = {"Lima": -5, "Lagos": 1, "Delhi": 5.5, "Kiribati": 14, "Marquesas": -9.5}
zones = {name: timezone(timedelta(hours=hours), name) for name, hours in offsets.items()}
noon = datetime(2024, 12, 31, 12, tzinfo=timezone.utc)
for name, zone in sorted(zones.items(), key=lambda pair: pair[1].utcoffset(None)):
    local = noon.astimezone(zone)
    print(f"{name:<10}{local:%Y-%m-%d %H:%M} {local:%z} {local.tzname()} {local.year - noon.year:+d}")
flight = datetime(2024, 6, 1, 22, 15, tzinfo=zones["Delhi"]), datetime(2024, 6, 1, 23, 50, tzinfo=zones["Lagos"])
print(flight[1] - flight[0], flight[1].astimezone(zones["Delhi"]).isoformat(), flight[0].timetz(), flight[0].time())
print(repr(zones["Delhi"]), zones["Delhi"] == timezone(timedelta(hours=5, minutes=30)), str(timezone(timedelta(0))), timezone(timedelta(hours=-3, minutes=-30)))
opening = time(9, 30, tzinfo=zones["Lima"])
print(opening, opening.isoformat("minutes"), opening.replace(tzinfo=None), time.fromisoformat("04:05:06.789"), time(1) < time(2), time.max, bool(time()))
print(noon.timestamp(), datetime.fromtimestamp(0, zones["Kiribati"]), datetime.fromtimestamp(1e9, tz=timezone.utc), noon.utctimetuple().tm_hour if False else noon.timetuple()[:5])
for make in (lambda: timezone(timedelta(hours=24)), lambda: timezone(5), lambda: time(24), lambda: time(1, tzinfo="x"), lambda: noon - datetime(2024, 1, 1), lambda: noon.astimezone(3), lambda: time(9) < opening, lambda: datetime(2024, 1, 1, fold=2), lambda: datetime.fromisoformat("x"), lambda: noon.replace(hour=25)):
    try:
        print(make())
    except Exception as e:
        print(type(e).__name__, e)
