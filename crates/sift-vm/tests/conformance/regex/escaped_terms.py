import re

terms = ["C++", "C", "node.js", "a|b", "$5", "what?", "tab\there", "[x]", "ünï", "under_score", "50%", "#1", "-"]
for term in terms:
    escaped = re.escape(term)
    print(repr(escaped), bool(re.fullmatch(escaped, term)), re.compile(escaped).fullmatch(term + "x"))
text = "I use C++ and node.js; a|b costs $5. What? 50% of C is C++."
alternatives = "|".join(re.escape(t) for t in sorted(terms, key=len, reverse=True))
found = re.findall(alternatives, text, re.I)
print(found, {f: found.count(f) for f in dict.fromkeys(found)})
print(re.subn(alternatives, lambda m: f"<{m.group()}>", text, count=3, flags=re.IGNORECASE))
print(re.subn("x*", "-", "abxd"), re.subn("", ".", "ab", 2), re.compile("b").subn("", "abba"))
print(re.split(r"([;.?])\s*", text)[:4], re.match(r"\w+", text).group(), re.match(r"\d", text))
re.purge()
print(re.search(r"(?i)what\?", text).span())
