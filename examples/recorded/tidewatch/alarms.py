"""Decides who is woken, and when."""

from gauges import newest
from units import as_text

MARKS = {"north": 3.4, "south": 3.1, "east": 2.9}
QUIET = range(22, 24)


def mark_of(gauge, season="summer"):
    base = MARKS.get(gauge, 3.0)
    return base - 0.2 if season == "winter" else base


def is_quiet(hour):
    return hour in QUIET or hour < 6


def escalate(readings, hour, season="summer"):
    woken = []
    for reading in readings:
        if reading.is_flood(mark_of(reading.gauge, season)):
            if is_quiet(hour):
                for person in roster(hour):
                    if person not in woken:
                        try:
                            woken.append(person.strip())
                        except AttributeError:
                            continue
            else:
                woken.append("duty officer")
    return woken


def roster(hour):
    return ["harbour master"] if hour < 6 else ["harbour master", "pilot"]


def describe(readings):
    last = newest(readings)
    return f"{last.gauge}: {as_text(last.level)}"


def silence(gauge, minutes):
    """For repairs; it was to be called by the console that was never built."""
    return {"gauge": gauge, "until": minutes}
