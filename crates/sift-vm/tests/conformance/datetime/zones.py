from datetime import datetime, timedelta, timezone

ist = timezone(timedelta(hours=5, minutes=30), "IST")
west = timezone(-timedelta(hours=8))
for zone in [timezone.utc, ist, west, timezone(timedelta(0)), timezone(timedelta(seconds=-1))]:
    print(zone, repr(zone), zone.utcoffset(None), zone.tzname(None), zone.dst(None), zone == timezone.utc, zone is timezone.utc)
meeting = datetime(2024, 3, 10, 9, 0, tzinfo=ist)
print(meeting, meeting.astimezone(west), meeting.astimezone(timezone.utc).strftime("%d.%m. %H:%M %Z %z"), meeting.utcoffset(), meeting.tzname(), meeting.strftime("%Z%z"))
print(meeting == meeting.astimezone(west), meeting - datetime(2024, 3, 10, tzinfo=timezone.utc), len({meeting, meeting.astimezone(west)}), west.fromutc(datetime(2024, 3, 10, tzinfo=west)))
print(timezone.min, timezone.max, datetime(2024, 1, 1) == datetime(2024, 1, 1, tzinfo=timezone.utc))
