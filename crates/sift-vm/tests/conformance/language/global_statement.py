count = 0
seen = []


def visit(name):
    global count, last
    count += 1
    last = name
    seen.append(name)


def local_shadow():
    count = "mine"
    return count


for name in ["a", "b", "c"]:
    visit(name)
print(count, last, seen, local_shadow(), count)


def nested():
    def inner():
        global made
        made = "by inner"
    inner()


nested()
print(made)
