import re
# Not JSON yet: BOM, // comments (but not the // inside URLs within strings), trailing commas.
# Tokenise strings first so that comments inside strings survive.
def relax(s):
    s = s.lstrip("\ufeff")
    s = re.sub(r'("(?:\\.|[^"\\])*")|//[^\n]*', lambda m: m[1] or "", s)
    return re.sub(r'("(?:\\.|[^"\\])*")|,(?=\s*[\]}])', lambda m: m[1] or "", s)

data = json.loads(relax(context))
print({k: (len(v) if isinstance(v, (str, list, dict)) else v) for k, v in data.items()})
R = data["responses"]
print(json.dumps(R[0], indent=2, ensure_ascii=False))
