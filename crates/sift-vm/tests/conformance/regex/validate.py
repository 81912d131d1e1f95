patterns = {
    "email": r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
    "ip": r"(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}",
    "hex": r"#(?:[0-9a-f]{3}){1,2}",
    "time": r"(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?",
    "id": r"(?=.*\d)(?=.*[a-z])[a-z\d]{4,8}",
}
samples = ["a.b@c.org", "a@b", "10.0.0.1", "256.1.1.1", "#fff", "#FFEE0", "23:59", "24:00", "12:30:61", "abc1", "abcd", "a1"]
for sample in samples:
    print(sample, [name for name, pattern in patterns.items() if re.fullmatch(pattern, sample)])
for name in ["email", "hex"]:
    print(name, [bool(re.compile(patterns[name], re.I).match(s)) for s in samples])
