text = "Name: Ann Lee; Age: 31 ;City : Rome;; Note:  likes a:b ratios;Empty:"
pairs = {}
for part in re.split(r"\s*;\s*", text):
    m = re.match(r"\s*(\w+)\s*:\s*(.*)", part)
    if m is None:
        print("skipped", repr(part))
        continue
    key, value = m.groups()
    pairs[key.lower()] = value
print(pairs)
print(re.findall(r"(\w+)\s*:\s*([^;]*?)\s*(?:;|$)", text))
print(re.sub(r"(\w+)\s*:\s*", lambda m: m.group(1).upper() + "=", text))
print({k: re.fullmatch(r"\d+", v) is not None for k, v in pairs.items()})
