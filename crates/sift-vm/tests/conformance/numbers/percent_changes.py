values = {"2020": 120.5, "2021": 98.25, "2022": 98.25, "2023": 143.9}
years = sorted(values)
for before, after in zip(years, years[1:]):
    change = (values[after] - values[before]) / values[before]
    print(f"{before}->{after} {change:+.1%} {change * 100:+.2f} {'up' if change > 0 else 'down' if change < 0 else 'flat'}")
growth = (values["2023"] / values["2020"]) ** (1 / 3) - 1
print(f"{growth:.4%}", round(growth, 6), f"{max(values.values()) / min(values.values()):.3f}", f"{sum(values.values()):,.2f}")
try:
    print(1 / (values["2021"] - values["2022"]))
except ZeroDivisionError as error:
    print("no base:", error)
