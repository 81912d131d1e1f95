import re
import textwrap

WORLD = {
    "hall": {"text": "A long hall with two doors.", "exits": {"north": "library", "east": "kitchen"}, "items": ["lamp"]},
    "library": {"text": "Books up to the ceiling, and dust on every one of them.", "exits": {"south": "hall"}, "items": ["book", "red key"]},
    "kitchen": {"text": "Something smells burnt.", "exits": {"west": "hall"}, "items": [], "locked": "red key"},
}
COMMANDS = [(r"(?:go |walk )?(north|south|east|west|n|s|e|w)", "go"), (r"(?:take|get|pick up)(?: the)? (.+)", "take"), (r"drop(?: the)? (.+)", "drop"), (r"i(?:nventory)?", "inventory"), (r"look|l", "look")]
SHORT = dict(zip("nsew", ("north", "south", "east", "west")))


def play(script):
    place, bag, moves = "hall", [], 0
    def look():
        room = WORLD[place]
        lines = textwrap.wrap(room["text"], 30)
        if room["items"]:
            lines.append("Here: " + ", ".join(sorted(room["items"])))
        return " / ".join(lines)
    for command in filter(None, map(str.strip, re.split(r"[.;\n]", script.lower()))):
        for pattern, verb in COMMANDS:
            if m := re.fullmatch(pattern, command):
                break
        else:
            yield command, "What?"
            continue
        moves += 1
        what = m[1] if m.groups() else None
        if verb == "go":
            target = WORLD[place]["exits"].get(SHORT.get(what, what))
            if target is None:
                yield command, "No way."
            elif WORLD[target].get("locked", bag and bag[0]) not in bag and "locked" in WORLD[target]:
                yield command, f"Locked: you need the {WORLD[target]['locked']}."
            else:
                place = target
                yield command, look()
        elif verb in ("take", "drop"):
            source, goal = (WORLD[place]["items"], bag) if verb == "take" else (bag, WORLD[place]["items"])
            try:
                source.remove(what)
            except ValueError as error:
                yield command, f"There is no {what}. ({error})"
            else:
                goal.append(what)
                yield command, "Done."
        else:
            yield command, look() if verb == "look" else ", ".join(bag) or "Nothing."
    yield "end", f"{moves} moves, in the {place}, with {len(bag)} thing{'s' if len(bag) != 1 else ''}"


for command, reply in play("look. East; go north\ntake the RED KEY. get sword. i. s. e. drop red key; jump. l; pick up lamp. inventory. w"):
    print(f"> {command:<18}{reply}")
