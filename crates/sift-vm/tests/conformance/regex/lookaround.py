text = "price: $5, cost: €7, fee 9, $10.50, a$b"
print(re.findall(r"(?<=\$)\d+(?:\.\d+)?", text), re.findall(r"(?<![\$€\d.])\b\d+\b", text), re.findall(r"\w+(?=:)", text))
print(re.findall(r"\b(?!price)\w+\b", text), re.sub(r"(?<=\d)(?=\D|$)", "|", "12ab3"))
print([m.start() for m in re.finditer(r"(?=aba)", "ababa")], re.findall(r"(?=(\d\d))", "1234"))
print(re.search(r"(?:^|(?<=,))b", "a,b"), re.findall(r"(?<=a)b|(?<=c)d", "ab cd bd"))
password = re.compile(r"^(?=.*[A-Z])(?=.*\d)(?!.*\s).{6,}$")
print([bool(password.match(p)) for p in ["Secret1", "secret1", "Sec ret1", "S1"]])
print(re.split(r"(?<!\\),", r"a\,b,c"), re.findall(r"q(?!u)", "qu iq qa"), re.sub(r"(?<![a-z])cat(?![a-z])", "dog", "cat scat cats cat."))
for bad in ["(?<=a+)b", "(?<=a|bc)d", "(?<!x*)y", "(?<=(a)\\1*)b"]:
    try:
        re.compile(bad)
    except re.error as e:
        print(bad, e)
