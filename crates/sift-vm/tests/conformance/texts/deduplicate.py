import difflib

rows = ["Acme Corp.", "ACME Corporation", "Acme Corp", "Globex", "Globex Inc", "Initech", "Innitech"]

def key(name):
    return name.lower().replace("corporation", "corp").replace("inc", "").strip(" .")

groups = []
for row in rows:
    for group in groups:
        if difflib.SequenceMatcher(None, key(group[0]), key(row)).ratio() > 0.85:
            group.append(row)
            break
    else:
        groups.append([row])
for group in groups:
    print(len(group), group)
