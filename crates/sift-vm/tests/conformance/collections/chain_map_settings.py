from collections import ChainMap

layers = {
    "defaults": "retries=3\ntimeout=30\nverbose=no\nhost=localhost",
    "file": "timeout=60\nhost=example.org",
    "command": "verbose=yes",
}


def parse(text):
    return dict(line.split("=", 1) for line in text.splitlines())


settings = ChainMap(*[parse(layers[name]) for name in ("command", "file", "defaults")])
for key in sorted(settings.keys()):
    source = next(name for name, layer in zip(("command", "file", "defaults"), settings.maps) if key in layer)
    print(f"{key:<8} {settings[key]:<12} from {source}")
trial = settings.new_child({"retries": "0"})
print(trial.get("retries"), settings.get("retries"), trial.parents == settings)
trial.update(parse("host=test\nport=80"))
print({k: v for k, v in sorted(trial.items()) if v != settings.get(k)})
print(trial.setdefault("host", "?"), trial.setdefault("user", "me"), trial.pop("user"), trial.popitem())
snapshot = settings.copy()
settings["verbose"] = "no"
del settings["verbose"]
print(settings["verbose"], snapshot["verbose"], sorted(set(settings.values())))
try:
    del settings["host"]
except KeyError as e:
    print(e)
trial.clear()
print(len(trial.maps[0]), list(ChainMap.fromkeys(["a"], 1).items()), "host" in trial)
