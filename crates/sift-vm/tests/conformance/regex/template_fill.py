template = "Dear {name}, you owe {amount:.2f} by {due}. {{literal}} {missing}"
values = {"name": "Ann", "amount": 12.5, "due": "May"}
def fill(m):
    key, spec = m.group("key"), m.group("spec")
    if key not in values:
        return m.group(0)
    return format(values[key], spec or "")
print(re.sub(r"(?<!\{)\{(?P<key>\w+)(?::(?P<spec>[^{}]*))?\}(?!\})", fill, template))
print(re.findall(r"(?<!\{)\{(\w+)", template))
print(re.sub(r"\{\{(\w+)\}\}", r"<\1>", template), re.sub(r"\{(\w+)\}", r"\\\1\n", "{a}{b}"))
try:
    re.sub(r"\{(\w+)\}", lambda m: values[m[1]], template)
except KeyError as e:
    print("missing", e)
try:
    re.sub(r"\{(\w+)\}", lambda m: len(m[1]), template)
except TypeError as e:
    print(e)
