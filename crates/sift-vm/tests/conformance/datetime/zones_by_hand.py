# Offsets from methods of zones.
from datetime import datetime, timedelta, timezone

zones = {"utc": timezone.utc, "east": timezone(timedelta(hours=9)), "named": timezone(timedelta(minutes=-210), "NST")}
noon = datetime(2024, 1, 1, 12)
for name, zone in zones.items():
    here = noon.replace(tzinfo=zone)
    print(name, zone.utcoffset(noon), zone.tzname(noon), zone.dst(noon), zone.fromutc(here), here.utcoffset(), here.tzname(), here.dst(), here.astimezone(timezone.utc))
    for wrong in [5, "noon", noon.date()]:
        for ask in (zone.utcoffset, zone.tzname, zone.dst, zone.fromutc):
            try:
                ask(wrong)
            except TypeError as e:
                print(e, end="; ")
    try:
        print(zone.fromutc(noon))
    except ValueError as e:
        print(e)
