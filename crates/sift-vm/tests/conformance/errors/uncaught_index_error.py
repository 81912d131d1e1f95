lines = "first\nsecond\nthird".splitlines()
for i in range(5):
    print(i, lines[i].title())
print("never shown")
