import re
from collections import defaultdict
from datetime import datetime

box = """\
1|Ann|Lunch?|2024-03-01 11:00|
2|Ben|Re: Lunch?|2024-03-01 11:05|1
3|Cyd|RE: re: Lunch?|2024-03-01 11:20|2
4|Ann|Budget 2024|2024-03-01 09:00|
5|Ann|Re: Lunch?|2024-03-01 11:07|2
6|Dee|Fwd: Budget 2024|2024-03-02 08:00|4
7|Eve|Re: lost|2024-03-03 10:00|99
"""
mails = {}
for line in box.splitlines():
    number, who, subject, when, parent = line.split("|")
    mails[int(number)] = {
        "who": who, "subject": re.sub(r"^(?:(?:re|fwd?):\s*)+", "", subject, flags=re.I),
        "when": datetime.strptime(when, "%Y-%m-%d %H:%M"), "parent": int(parent) if parent else None,
    }
children, roots = defaultdict(list), []
for number, mail in mails.items():
    (children[mail["parent"]] if mail["parent"] in mails else roots).append(number)


def show(number, depth=0):
    mail = mails[number]
    yield f"{'  ' * depth}{number} {mail['who']} {mail['when']:%H:%M}"
    for child in sorted(children.get(number, ()), key=lambda n: mails[n]["when"]):
        yield from show(child, depth + 1)


def last(number):
    return max([mails[number]["when"], *map(last, children.get(number, []))])


for root in sorted(roots, key=last, reverse=True):
    print(f"== {mails[root]['subject']} ({sum(1 for _ in show(root))})", *show(root), sep="\n")
waits = {(mails[m["parent"]]["who"], m["who"]): m["when"] - mails[m["parent"]]["when"] for m in mails.values() if m["parent"] in mails}
for pair, wait in sorted(waits.items(), key=lambda item: (item[1], item[0])):
    print(*pair, wait, wait.seconds // 60)
print({m["who"] for m in mails.values()} - {b for _, b in waits} == {"Eve"}, min(waits, key=waits.get), len(set(m["subject"].lower() for m in mails.values())))
