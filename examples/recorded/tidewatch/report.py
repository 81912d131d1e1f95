"""The page that the harbour office prints each morning."""

import alarms
import gauges
import smoothing


def table(rows):
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"{name.ljust(width)}  {value}" for name, value in rows)


def by_gauge(readings):
    groups = {}
    for reading in readings:
        groups.setdefault(reading.gauge, []).append(reading.level)
    return groups


def page(lines, hour):
    readings = gauges.read_all(lines)
    groups = by_gauge(readings)
    rows = []
    for name in sorted(groups):
        levels = smoothing.smooth(smoothing.drop_spikes(groups[name], 1.5))
        rows.append((name, max(levels) if levels else "no readings"))
    woken = alarms.escalate(readings, hour)
    return "\n\n".join([alarms.describe(readings), table(rows), "Woken: " + ", ".join(woken)])


def main():
    with open("gauges.txt") as file:
        print(page(file.read().splitlines(), 5))


def old_page(lines):
    return table([(reading.gauge, reading.level) for reading in gauges.read_all(lines)])


if __name__ == "__main__":
    main()
