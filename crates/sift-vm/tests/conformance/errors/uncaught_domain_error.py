x = -1
print(math.sqrt(x))
