text = "one, two;three  four\tfive\n\nsix"
print(re.split(r"[,;\s]\s*", text), re.split(r"([,;])", text), re.split(r"(?:[,;])", text, maxsplit=1))
print(re.split(r"(?=t)", text), re.split(r"(?<=e)", "eel see"), re.split(r"\b", "a b"), re.split("x*", "axbxxc"))
print(re.split(r"(a)(b)?", "xabyaz"), re.split("", "ab", maxsplit=1), re.split(",", ""), re.split(",", ","))
print(re.split(r"\n\s*\n", "p1\n \np2\n\n\np3"), re.split("A", "bacad", 1, re.I))
sentence = re.split(r"(?<=[.!?])\s+(?=[A-Z])", "Hi there. How are you? fine. Ok! Bye.")
print(sentence, len(sentence))
p = re.compile(r"\s*\|\s*")
print([p.split(row) for row in ["a | b|c", "|x|", ""]], p.split("a|b|c", 1))
for bad in [("a", 5), ("(", "a"), ("a", None)]:
    try:
        re.split(*bad)
    except (TypeError, re.error) as e:
        print(type(e).__name__, e)
