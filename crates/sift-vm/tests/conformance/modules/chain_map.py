# Settings over defaults.
from collections import ChainMap
defaults = {"color": "red", "user": "guest", "level": 1}
given = {"user": "ann"}
settings = ChainMap(given, defaults)
print(settings["user"], settings["color"], settings.get("size"), settings.get("size", 10), "level" in settings, "size" not in settings, len(settings))
print(list(settings), sorted(settings.keys()), sorted(settings.items()), list(settings.values()), settings)
settings["color"] = "blue"
print(given, defaults, settings.maps, settings.parents, settings.new_child({"level": 9})["level"], settings.new_child(user="bob"), dict(settings))
del settings["color"]
print(settings["color"], settings == {"color": "red", "user": "ann", "level": 1}, type(settings).__name__, isinstance(settings, ChainMap), settings.pop("user"), settings.setdefault("new", 4), settings.setdefault("level", 7))
settings.update({"a": 1}, b=2)
copied = settings.copy()
print(settings.popitem(), copied, settings.clear(), settings, ChainMap(), [key for key in copied])
for check in (lambda: settings["q"], lambda: settings.pop("user"), lambda: settings.popitem()):
    try:
        print(check())
    except KeyError as error:
        print(type(error).__name__, error)
try:
    del settings["level"]
except KeyError as error:
    print(error)
