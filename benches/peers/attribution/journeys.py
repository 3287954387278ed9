"""Journeys for the comparison: seeded, some hundred thousand distinct paths over twenty channels, one in nine converting."""

import csv

import numpy

CHANNELS = 20


def journeys(count, channels=CHANNELS, seed=1):
    """Lengths (geometric, mean four, at most forty), codes of all touches, whether each converts, and its value in cents."""
    chance = numpy.random.default_rng(seed)
    lengths = numpy.minimum(chance.geometric(0.25, count), 40)
    often = 1.0 / numpy.arange(1, channels + 1) ** 0.7
    codes = chance.choice(channels, size=int(lengths.sum()), p=often / often.sum()).astype(numpy.uint16)
    # Four in ten touches are of the channel before: people come back the way they came.
    first = numpy.zeros(len(codes), dtype=bool)
    first[numpy.concatenate(([0], numpy.cumsum(lengths)[:-1]))] = True
    again = (chance.random(len(codes)) < 0.4) & ~first
    for at in numpy.flatnonzero(again):
        codes[at] = codes[at - 1]
    # Each touch persuades by itself, some channels more than others.
    persuades = chance.uniform(0.005, 0.06, channels)
    doubt = numpy.add.reduceat(numpy.log1p(-persuades[codes]), numpy.flatnonzero(first))
    converts = chance.random(count) < -numpy.expm1(doubt)
    values = numpy.where(converts, chance.lognormal(4.0, 0.6, count) * 100, 0).astype(numpy.int64)
    return lengths, codes, converts, values


def write(path, count, channels=CHANNELS, seed=1):
    """One row for each journey: the path as text, conversions, value in cents, lapsed."""
    lengths, codes, converts, values = journeys(count, channels, seed)
    names = [f"ch{code:02d}" for code in range(channels)]
    with open(path, "w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["path", "conversions", "value_minor", "lapsed"])
        end = 0
        for length, converted, value in zip(lengths.tolist(), converts.tolist(), values.tolist()):
            touches = codes[end : end + length].tolist()
            end += length
            rows.writerow([" > ".join(names[code] for code in touches), int(converted), value, int(not converted)])
