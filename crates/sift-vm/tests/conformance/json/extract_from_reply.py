replies = ['```json\n{"answer": "yes", "score": 3}\n```', 'The JSON is {"answer": "no", "why": "a } brace"} ok?', '{"answer": "maybe",}', "no json at all", '[{"answer": 1}, {"answer": 2}]', '{"answer": "cut of']
def extract(reply):
    fenced = re.search(r"```(?:json)?\s*(.*?)```", reply, re.S)
    if fenced:
        reply = fenced.group(1)
    for at, char in enumerate(reply):
        if char in "{[":
            try:
                return json.JSONDecoder().raw_decode(reply[at:])[0]
            except json.JSONDecodeError as e:
                return f"{e.msg} at {e.pos}"
    return None
for reply in replies:
    found = extract(reply)
    answers = [d["answer"] for d in found] if isinstance(found, list) else found.get("answer") if isinstance(found, dict) else found
    print(type(found).__name__, answers)
fixed = re.sub(r",\s*([}\]])", r"\1", replies[2])
print(json.loads(fixed), json.dumps({"replies": len(replies), "ok": sum(isinstance(extract(r), (dict, list)) for r in replies)}))
