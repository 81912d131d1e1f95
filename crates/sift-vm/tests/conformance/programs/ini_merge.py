import re

base = """
; shared
[server]
host = localhost
port = 80
[paths]
root = /srv
logs = %(root)s/logs
"""
local = """
[server]
port = 8080
debug = yes
[cache]
path = %(missing)s/c
"""


class_of = {"yes": True, "no": False}


def parse(text):
    sections, section = {}, None
    for number, line in enumerate(text.splitlines(), 1):
        line = line.partition(";")[0].strip()
        if not line:
            continue
        if line[0] == "[" and line[-1] == "]":
            section = sections.setdefault(line[1:-1], {})
        elif "=" in line and section is not None:
            key, value = map(str.strip, line.split("=", 1))
            section[key] = class_of.get(value, int(value) if value.isdecimal() else value)
        else:
            raise ValueError(f"line {number}: {line!r}")
    return sections


def merged(*layers):
    result = {}
    for layer in layers:
        for name, section in layer.items():
            result[name] = {**result.get(name, {}), **section}
    return result


def expanded(section):
    def look(m):
        return str(section[m[1]])

    return {k: re.sub(r"%\((\w+)\)s", look, v) if isinstance(v, str) else v for k, v in section.items()}


settings = merged(parse(base), parse(local))
for name, section in settings.items():
    try:
        print(f"[{name}]", expanded(section))
    except KeyError as e:
        print(f"[{name}] unknown {e}")
print(settings["server"], "%(host)s:%(port)05d %(debug)r" % settings["server"])
for wrong in ("x = 1", "[a]\nnonsense"):
    try:
        parse(wrong)
    except ValueError as e:
        print(e)
