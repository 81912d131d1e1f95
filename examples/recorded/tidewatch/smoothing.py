def median(values):
    ordered = sorted(values)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2


def windows(values, size):
    for start in range(0, len(values) - size + 1):
        yield values[start:start + size]


def smooth(values, size=3):
    return [median(window) for window in windows(values, size)]


def drop_spikes(values, most):
    kept = []
    for value in values:
        while kept and abs(kept[-1] - value) > most:
            if len(kept) > 1:
                kept.pop()
            else:
                break
        kept.append(value)
    return kept


def mean(values):
    return sum(values) / len(values)
