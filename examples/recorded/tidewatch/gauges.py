"""Reads the gauges of the harbour: one line for each reading, `gauge;minute;centimetres`."""

from units import to_metres, from_feet


class Reading:
    def __init__(self, gauge, minute, level):
        self.gauge = gauge
        self.minute = minute
        self.level = level

    def is_flood(self, mark):
        return self.level >= mark

    def older_than(self, minute):
        return self.minute < minute


def parse_line(line):
    gauge, minute, level = line.strip().split(";")
    return Reading(gauge, int(minute), to_metres(int(level)))


def read_all(lines):
    readings = []
    for line in lines:
        if line and not line.startswith("#"):
            readings.append(parse_line(line))
    return readings


def read_imperial(lines):
    """Readings of the old gauge at the east pier, in feet."""
    return [Reading("east", index, from_feet(float(line))) for index, line in enumerate(lines)]


def newest(readings):
    return max(readings, key=lambda reading: reading.minute)
