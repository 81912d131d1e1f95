header = ["name", "age"]
rows = [["Ann", 31], ["Bo", None]]
for row in rows:
    record = dict(zip(header, row))
    print(record["name"] + " is " + str(record["age"] + 1))
print("never shown")
