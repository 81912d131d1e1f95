# Kruskal's tree and a topological order.
import heapq
from collections import namedtuple, defaultdict, deque
Edge = namedtuple("Edge", "weight start end")
edges = [Edge(4, "a", "b"), Edge(1, "b", "c"), Edge(3, "a", "c"), Edge(2, "c", "d"), Edge(5, "b", "d")]
heapq.heapify(edges)
parent = {}
def root(node):
    while parent.get(node, node) != node:
        node = parent[node]
    return node
tree = []
while edges:
    edge = heapq.heappop(edges)
    a, b = root(edge.start), root(edge.end)
    if a != b:
        parent[a] = b
        tree.append(edge)
print(tree, sum(edge.weight for edge in tree))
needs = {"app": ["lib", "ui"], "ui": ["lib"], "lib": [], "docs": ["app"]}
waiting = {name: len(before) for name, before in needs.items()}
users = defaultdict(list)
for name, before in needs.items():
    for other in before:
        users[other].append(name)
ready, order = [name for name, count in waiting.items() if not count], []
heapq.heapify(ready)
while ready:
    name = heapq.heappop(ready)
    order.append(name)
    for user in users[name]:
        waiting[user] -= 1
        if not waiting[user]:
            heapq.heappush(ready, user)
print(order, len(order) == len(needs))
try:
    heapq.heappop(ready)
except IndexError as error:
    print(error)
