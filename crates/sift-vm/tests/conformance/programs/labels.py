# Library functions return the values that they received, not copies.
item = [1]
d = {"k": item}
print(d.get("k") is item, d.pop("k") is item, [item].pop() is item, deque([item]).popleft() is item, max([item], key=len) is item, [item].copy()[0] is item, dict.fromkeys("a", item)["a"] is item, {}.setdefault("x", item) is item, (item,).index(item), Counter({"a": 1}).copy() == {"a": 1})
text = "some words"
print(text.replace("zzz", "") == text, text.strip() == text, "".join([text]) == text, text.format() == text)
