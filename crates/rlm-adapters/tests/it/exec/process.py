"""Answers calls by JSON lines. The first word of a prompt says how."""

import json
import os
import sys
import threading

lock = threading.Lock()


def say(line):
    with lock:
        sys.stdout.write((line if isinstance(line, str) else json.dumps(line)) + "\n")
        sys.stdout.flush()


def answer(call):
    number = call["id"]
    word, _, rest = call["messages"][-1]["content"].partition(" ")
    if word == "after":
        delay, _, rest = rest.partition(" ")
        threading.Timer(float(delay), say, [{"id": number, "text": rest}]).start()
    elif word == "die":
        print("first\nno more tokens for", os.environ.get("HOUSE_KEY"), file=sys.stderr, flush=True)
        os._exit(3)
    elif word == "raw":
        say(rest.replace("ID", str(number)))
    elif word == "long":
        say("x" * (17 << 20))
    elif word == "request":
        say({"id": number, "text": json.dumps(call), "usage": {"input": 7, "output": 2}})
    elif word == "place":
        say({"id": number, "text": f"{os.getpid()} {os.listdir()} {os.getcwd()}"})
    elif word == "variables":
        say({"id": number, "text": " ".join(str(os.environ.get(name)) for name in rest.split())})
    elif word == "fail":
        say({"id": number, "error": json.loads(rest)})
    elif word != "never":
        say({"id": number, "text": "to " + rest})


for line in sys.stdin:
    call = json.loads(line)
    if len(sys.argv) > 1:
        with open(sys.argv[1], "a") as log:
            log.write(line)
    if "cancel" not in call:
        answer(call)
