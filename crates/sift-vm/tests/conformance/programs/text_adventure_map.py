rooms = """hall: north=library, east=kitchen
library: south=hall, up=attic
kitchen: west=hall
attic: down=library, window=?
cellar: up=kitchen"""
exits = {}
for line in rooms.splitlines():
    name, _, rest = line.partition(":")
    exits[name] = dict(item.strip().split("=") for item in rest.split(","))


def route(start, goal):
    frontier, came = [start], {start: None}
    for room in frontier:
        if room == goal:
            path = []
            while came[room]:
                room, way = came[room]
                path.insert(0, way)
            return path
        for way, other in exits.get(room, {}).items():
            if other not in came and other in exits:
                came[other] = room, way
                frontier.append(other)
    return None




for a, b in [("kitchen", "attic"), ("hall", "hall"), ("hall", "cellar"), ("cellar", "library")]:
    path = route(a, b)
    print(f"{a} -> {b}:", "no way" if path is None else " ".join(path) or "here")
opposite = dict(north="south", east="west", up="down") | dict(south="north", west="east", down="up")
one_way = [(a, way, b) for a, ways in exits.items() for way, b in ways.items() if exits.get(b, {}).get(opposite.get(way)) != a]
print(one_way, {len(ways): room for room, ways in exits.items()}, sorted(exits, key=lambda r: (-len(exits[r]), r)))
