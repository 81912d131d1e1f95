# Settings from several places, the nearest first.
from collections import ChainMap
import collections
system = {"editor": "vi", "color": "off", "tabs": 8}
user = {"editor": "ed"}
project = {"tabs": 4}
settings = ChainMap(project, user, system)
for name in sorted(settings):
    where = next(place for place, mapping in zip(("project", "user", "system"), settings.maps) if name in mapping)
    print(f"{name:<7}{settings[name]!s:<5}{where}")
local = settings.new_child()
local["color"] = "on"
print(local["color"], settings["color"], local.parents == settings, len(local.maps), local.get("font", "mono"), dict(local))
scopes = ChainMap()
for name in ("x", "y"):
    scopes = scopes.new_child({name: len(scopes)})
print(scopes["x"], scopes["y"], list(scopes), [list(mapping) for mapping in scopes.maps], "z" in scopes, len(scopes))
print(isinstance(settings, collections.ChainMap), sum(v for v in settings.values() if isinstance(v, int)), max(settings.items()), [*settings.keys()])
for wrong in (lambda: settings["font"], lambda: local.pop("tabs"), lambda: scopes.maps[-1]["x"]):
    try:
        wrong()
    except KeyError as error:
        print(error)
