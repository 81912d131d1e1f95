reply = 'Here you go: {"label": "spam", "p": 0.9} and also [1, 2, {"x": null}] — done {not json} {"last": true}'
decoder = json.JSONDecoder()
at, values = 0, []
while at < len(reply):
    starts = [reply.find(c, at) for c in "{[" if reply.find(c, at) >= 0]
    if not starts:
        break
    try:
        value, end = decoder.raw_decode(reply, min(starts))
        values.append((value, min(starts), end))
        at = end
    except json.JSONDecodeError as e:
        print("no:", e.msg, e.pos)
        at = min(starts) + 1
for value, start, end in values:
    print(type(value).__name__, value, reply[start:end] == json.dumps(value))
for text, idx in [("  1", 0), ("  1", 2), ("[1] x", 0), ("", 0), ("1", 5), ("1", -1)]:
    try:
        print(decoder.raw_decode(text, idx))
    except ValueError as e:
        print(type(e).__name__, e)
