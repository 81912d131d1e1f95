mail = "From: Ann <ann@x.org>\r\nSubject: Re: Re:  plans \r\nTo: a@x, b@y,,c@z\r\n\r\nBody: line 1\nline 2\x0bline 3\u2028line 4\x1c"
head, gap, body = mail.partition("\r\n\r\n")
headers = {}
for line in head.splitlines():
    key, _, value = line.partition(":")
    headers[key.lower()] = value.strip()
print(headers, repr(gap), body.splitlines(), body.split("\n"))
subject = headers["subject"]
while subject.lower().startswith("re:"):
    subject = subject.removeprefix("Re:").lstrip()
print(repr(subject), [a.strip() for a in headers["to"].split(",")], list(filter(None, headers["to"].replace(" ", "").split(","))), headers["from"].rpartition("<")[2].rstrip(">"))
print("a,b,c".split(",", 1), "a,b,c".rsplit(",", 1), " a  b ".split(), " a  b ".split(" "), "".split(), "".split(","), "abc".split("abc"), "a1b2".rsplit("1", -1), "x".rpartition("q"))
print("one\n\ntwo\n".splitlines(True), "".splitlines(), "\n".splitlines(), "a\r\nb\rc".splitlines(), "ab".partition("ab"), "k=v=w".split("=", maxsplit=1))
for wrong in (lambda: "a".split(""), lambda: "a".partition(""), lambda: "a".split(5), lambda: "a".rsplit(None, "x"), lambda: "a".partition(5), lambda: "a".removeprefix(1), lambda: ",".join([1]), lambda: ",".join(5), lambda: ",".join(["a", None])):
    try:
        print(wrong())
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
