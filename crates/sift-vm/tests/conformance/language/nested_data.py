orders = [
    {"id": 1, "items": [{"sku": "A", "qty": 2}, {"sku": "B", "qty": 1}], "tags": {"rush"}},
    {"id": 2, "items": [{"sku": "A", "qty": 5}], "tags": set()},
    {"id": 3, "items": [], "tags": {"gift", "rush"}},
]
totals = {}
for order in orders:
    for item in order["items"]:
        totals[item["sku"]] = totals.get(item["sku"], 0) + item["qty"]
print(totals)
print([o["id"] for o in orders if "rush" in o["tags"] and o["items"]])
orders[0]["items"][1]["qty"] *= 10
orders[2].setdefault("notes", []).append("empty")
print(orders[0]["items"], orders[2]["notes"], sorted(orders[2]["tags"]))
deep = {"a": {"b": {"c": [0, {"d": "found"}]}}}
print(deep["a"]["b"]["c"][1]["d"], deep.get("x", {}).get("y", "none"))
merged = {**orders[0], "id": 99, **{"tags": None}}
print(merged["id"], merged["tags"], orders[0]["id"], merged["items"] is orders[0]["items"])
grid = [[0] * 3 for _ in range(2)]
grid[0][1] = 7
wrong = [[0] * 2] * 2
wrong[0][0] = 1
print(grid, wrong)
