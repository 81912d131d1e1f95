records = [{"id": i, "name": f"n{i}", "score": i / 4, "tags": ["t"] * (i % 3), "more": {"even": i % 2 == 0, "none": None}} for i in range(4)]
text = json.dumps(records)
back = json.loads(text)
print(back == records, back is records, len(text), json.dumps(back) == text)
print(json.dumps(back, indent=2) == json.dumps(records, indent=2), json.loads(json.dumps(records, indent="\t")) == records)
print(json.loads(json.dumps((1, 2))), json.loads(json.dumps({1: 2})), json.loads(json.dumps("é")), json.loads(" [1 , 2 ]\n"), json.loads("\t\"x\"\r\n"))
by_name = {r["name"]: r for r in json.loads(text)}
print(by_name["n3"]["tags"], sum(r["score"] for r in back), [r["id"] for r in back if r["more"]["even"]], max(back, key=lambda r: len(r["tags"]))["id"])
ranked = sorted(back, key=lambda r: (-len(r["tags"]), r["id"]))
print(json.dumps([r["id"] for r in ranked]), json.dumps({r["id"]: r["name"] for r in ranked}, sort_keys=True))
