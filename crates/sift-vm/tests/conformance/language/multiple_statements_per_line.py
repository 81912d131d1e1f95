a = 1; b = 2; print(a, b);
if a: print("one line"); b = 5
print(b)
for i in range(3): print(i, end=" ")
print()
while b > 3: b -= 1
def f(x): return x * 2
class_name = "not a class"; print(f(b), class_name)
total = (1 +
         2 +  # a comment within
         3)
text = "joined " \
       "by a backslash"
print(total, text)
values = [
    1,
    2,

    3,
]
print(values, len(values)); print("end")
