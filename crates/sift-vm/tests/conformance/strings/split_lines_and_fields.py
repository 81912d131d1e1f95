text = "alpha\nbeta\r\ngamma\rdelta\x0bepsilon\u2028zeta\n\n"
print(text.splitlines())
print(text.splitlines(True))
print("".splitlines(), "\n".splitlines(), "a\n".split("\n"), "one".splitlines(keepends=True))
line = "  key = value = more  "
print(line.split("="), line.split("=", 1), line.rsplit("=", 1), line.partition("="), line.rpartition("="), line.partition("?"), line.rpartition("?"))
print("a  b   c".split(), "a  b   c".split(" "), " a b ".split(None, 1), "a,b,,c,".split(","), ",".split(","), "".split(), "".split(","))
print("a b c d".rsplit(None, 2), "a--b--c".split("--"), "aXbxc".split("x"), "1<>2<>3".rsplit("<>", maxsplit=1), "a b c".split(maxsplit=1), "a b".split(sep=" ", maxsplit=0))
for record in ["id:7|name:Ann|tags:a;b", "id:8|name:|tags:"]:
    fields = dict(part.split(":", 1) for part in record.split("|"))
    print(fields, fields["tags"].split(";"), [t for t in fields["tags"].split(";") if t])
print("--".join("abc"), "".join([]), ", ".join(["only"]), "-".join({"k": 1, "l": 2}), " ".join(str(n) for n in range(4)), "x".join(("a", "b")))
