# The shortest path through a graph, and tasks by priority.
import heapq
roads = {"a": {"b": 7, "c": 3}, "b": {"d": 2}, "c": {"b": 1, "d": 8}, "d": {}}
distances, queue = {}, [(0, "a")]
while queue:
    far, town = heapq.heappop(queue)
    if town in distances:
        continue
    distances[town] = far
    for other, length in roads[town].items():
        heapq.heappush(queue, (far + length, other))
print(distances)
tasks = [(2, "write"), (5, "rest"), (1, "read"), (4, "eat"), (3, "run")]
heapq.heapify(tasks)
print(tasks, heapq.heappushpop(tasks, (0, "now")), heapq.heapreplace(tasks, (9, "late")), tasks)
print([heapq.heappop(tasks) for _ in range(len(tasks))], heapq.heappushpop([], 3))
for wrong in (lambda: heapq.heappop([]), lambda: heapq.heapreplace([], 1), lambda: heapq.heapify((2, 1)), lambda: heapq.heappush({}, 1), lambda: heapq.heappushpop(None, 1), lambda: heapq.heappush([1], "a")):
    try:
        wrong()
    except (IndexError, TypeError) as error:
        print(type(error).__name__, error)
