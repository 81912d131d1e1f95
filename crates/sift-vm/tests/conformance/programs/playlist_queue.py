from collections import OrderedDict, deque

commands = """add Kind of Blue|9:22
add Blue Train|10:43
add So What|9:22
skip
move Kind of Blue
add Naima|x:20
drop Giant Steps
undo
next 5
show"""
queue, undo, played = OrderedDict(), deque(maxlen=4), []


def seconds(text):
    minutes, _, rest = text.partition(":")
    return int(minutes) * 60 + int(rest)


for number, command in enumerate(commands.splitlines(), 1):
    verb, _, rest = command.partition(" ")
    before = queue.copy()
    try:
        if verb == "add":
            title, length = rest.rsplit("|", 1)
            queue[title] = seconds(length)
        elif verb == "skip":
            played.append(queue.popitem(last=False))
        elif verb == "move":
            queue.move_to_end(rest, last=False)
        elif verb == "drop":
            del queue[rest]
        elif verb == "undo":
            queue = undo.pop()
            continue
        elif verb == "next":
            for _ in range(int(rest)):
                played.append(queue.popitem(False))
        else:
            raise NotImplementedError(verb)
    except (KeyError, ValueError, NotImplementedError) as e:
        print(f"{number}: {command!r}: {type(e).__name__} {e}")
    else:
        undo.append(before)
    print(number, list(queue), len(undo))
total = sum(length for _, length in played)
print(played, f"{total // 60}:{total % 60:02}", queue == OrderedDict(), dict(queue), undo[0] == undo[-1])
a, b = OrderedDict(x=1, y=2), OrderedDict(y=2, x=1)
print(a == b, a == dict(b), list(reversed(a)), a | b, repr(b))
