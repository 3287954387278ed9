"""Customers for the comparison: the CDNOW sample that comes with the peer, and simulated ones in any number."""

import csv
import datetime
import math
import random
from collections import defaultdict

FIELDS = ["frequency", "recency", "age", "repeat_value_minor", "later"]
CALIBRATION_END = datetime.date(1997, 9, 30)


def write(path, rows):
    with open(path, "w", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(FIELDS)
        lines.writerows(rows)


def cdnow(path):
    """Weeks; the first 39 to learn from, the days with a purchase in the other 39 in `later`."""
    import lifetimes.datasets

    persons = defaultdict(lambda: defaultdict(int))
    source = next(iter(lifetimes.datasets.__path__)) + "/CDNOW_sample.txt"
    with open(source) as file:
        for line in file:
            _, person, day, _, dollars = line.split()
            day = datetime.date(int(day[:4]), int(day[4:6]), int(day[6:]))
            persons[person][day] += round(float(dollars) * 100)
    rows = []
    for days in persons.values():
        first, *repeats = sorted(day for day in days if day <= CALIBRATION_END)
        weeks = lambda day: (day - first).days / 7
        recency = weeks(repeats[-1]) if repeats else 0.0
        value = sum(days[day] for day in repeats)
        later = sum(day > CALIBRATION_END for day in days)
        rows.append([len(repeats), recency, weeks(CALIBRATION_END), value, later])
    write(path, rows)


def simulated(path, count, seed=1):
    """Whole days within two years, most customers with few purchases and some with hundreds."""
    chance = random.Random(seed)
    rows = []
    for _ in range(count):
        rate = chance.gammavariate(0.4, 1 / 12)
        leaves = chance.betavariate(0.8, 4.0)
        age, at, last, frequency = chance.randint(1, 730), 0.0, 0, 0
        while True:
            at += chance.expovariate(max(rate, 1e-12))
            day = math.ceil(at)
            if day > age:
                break
            frequency += day > last
            last = max(last, day)
            if chance.random() < leaves:
                break
        value = 0
        if frequency:
            value = round(chance.gammavariate(6 * frequency, 1 / chance.gammavariate(4, 1 / 15)) * 100)
        rows.append([frequency, float(last), float(age), max(value, frequency), 0])
    for row in rows:
        row[3] = row[3] if row[0] else 0
    write(path, rows)
