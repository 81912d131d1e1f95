print("before")
[1, 2].remove(3)
