parts = []
for i in range(100000):
    parts.append(f"{i}:{i * 2}" + "-" + str(i % 13))
text = ",".join(parts)
print(len(text), text[-20:])
upper = [p.upper().replace(":", "=") for p in parts]
print(len("".join(upper)))
