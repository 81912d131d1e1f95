import csv, io

for text in ["a,b\r\nc,d\r\n", "a,b\nc,d", "a,b\n\n\nc,d\n", '"a\r\nb",c\r\n', "a,b,\n,\n"]:
    print(list(csv.reader(io.StringIO(text))))
    print(list(csv.reader(io.StringIO(text, newline=""))))
    print(list(csv.reader(text.splitlines())))
print(list(csv.reader(['"starts here', " and goes on", ' to here",end'])))
print(list(csv.reader(['"never closed', "next"])))
print(list(csv.reader(["", " ", ","])))
