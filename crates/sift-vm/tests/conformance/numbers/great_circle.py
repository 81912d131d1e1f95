import math

cities = """Oslo 59.9139 10.7522
Lima -12.0464 -77.0428
Sydney -33.8688 151.2093
Quito -0.1807 -78.4678"""
places = {name: (math.radians(float(lat)), math.radians(float(lon))) for name, lat, lon in map(str.split, cities.splitlines())}
R = 6371.0


def haversine(a, b):
    (lat1, lon1), (lat2, lon2) = places[a], places[b]
    h = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * R * math.asin(math.sqrt(h))


def cosines(a, b):
    (lat1, lon1), (lat2, lon2) = places[a], places[b]
    return R * math.acos(math.sin(lat1) * math.sin(lat2) + math.cos(lat1) * math.cos(lat2) * math.cos(lon2 - lon1))


def bearing(a, b):
    (lat1, lon1), (lat2, lon2) = places[a], places[b]
    y = math.sin(lon2 - lon1) * math.cos(lat2)
    x = math.cos(lat1) * math.sin(lat2) - math.sin(lat1) * math.cos(lat2) * math.cos(lon2 - lon1)
    return (math.degrees(math.atan2(y, x)) + 360) % 360


names = sorted(places)
for i, a in enumerate(names):
    for b in names[i + 1:]:
        d = haversine(a, b)
        print(f"{a:<7}{b:<7}{d:>10.1f} km {bearing(a, b):>6.1f}° {'ok' if math.isclose(d, cosines(a, b), rel_tol=1e-9) else 'differs'}")
print(f"{math.tan(math.pi / 4):.6f} {math.atan(1) * 4:.6f} {math.hypot(3, 4, 12):.3f} {math.dist((1, 2, 3), (4, 6, 3)):.3f}")
print(round(math.degrees(math.acos(0)), 6), round(math.radians(180) - math.pi, 12), math.tau / 2 == math.pi)
