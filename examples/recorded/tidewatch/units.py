FEET = 0.3048


def to_metres(centimetres):
    return centimetres / 100


def from_feet(feet):
    return round(feet * FEET, 3)


def from_fathoms(fathoms):
    return from_feet(fathoms * 6)


def as_text(metres):
    return f"{metres:.2f} m"
