print(re.findall(r"[a-c]", "abcd"), re.findall(r"[^a-c]", "abcd"), re.findall(r"[]a]", "a]b"), re.findall(r"[^]a]", "a]b"), re.findall(r"[a\]]", "a]"))
print(re.findall(r"[\w.-]+", "a.b-c d_e"), re.findall(r"[-a]", "a-b"), re.findall(r"[a\-z]", "a-mz"), re.findall(r"[.]", "a.b"), re.findall(r"[\d\s]", "1 a"))
print(re.findall(r"\S+", " a\tb\n"), re.findall(r"\D", "1a2"), re.findall(r"[^\W_]+", "a_b c"), re.findall(r"[\x41-\x43]", "ABCD"), re.findall("[é-ü]", "aéíz"))
print(re.findall(r"\d", "1٣५"), re.findall(r"\d", "1٣५", re.A), re.findall(r"\s", "a\u00a0b\u2003c\x1cd"), re.findall(r"\w", "é_ß1·"))
print(re.findall(r"[^\n]+", "a\nb"), re.findall(r"[\b]", "a\bb"), re.findall(r"[$^*]", "a$b^c*"), re.findall("[[]", "[a]"), re.findall(r"[\[\]]", "[a]"))
print(re.findall("(?i)[k-m]", "KLMkn"), re.findall("(?i)[^a]", "aAb"), re.findall(r"[\u0400-\u04ff]+", "да no нет"))
for bad in ["[", "[a", "[z-a]", "[a-\\d]", "[\\q]", "[]", "[^]", "[\\x1]"]:
    try:
        re.compile(bad)
    except re.error as e:
        print(bad, e)
