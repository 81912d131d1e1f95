# A heap's list equals CPython's item by item, for any input.
from heapq import heapify, heappop, heappush, heappushpop, heapreplace
numbers, state = [], 12345
for _ in range(120):
    state = (state * 1103515245 + 12345) % 2147483648
    numbers.append(state % 50)
heap = []
for number in numbers:
    heappush(heap, number)
print(heap)
print([heappop(heap) for _ in range(40)], heap)
heapify(numbers)
print(numbers, [heappushpop(numbers, n) for n in (3, 60, 1)], [heapreplace(numbers, n) for n in (30, 2)], numbers)
large = [(n * 37) % 3001 for n in range(3000)]
heapify(large)
print(large[:30], large[-10:], heappop(large), large[:10])
try:
    heapify([2, "a", None])
except TypeError as error:
    print(error)
