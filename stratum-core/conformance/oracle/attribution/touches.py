"""Which touch earned it, how far back does it matter, and who gets the odd cent? From the definitions, in whole numbers and fractions.

A path is divided among its channels in order of their names, and a channel's part among its touches in order; what rounding
leaves goes to the first. The criterion of an order is added up as it is written down, from every step of every journey.
"""

from collections import Counter
from fractions import Fraction
from math import floor, fsum, log

from attribution.credit import ONE, UNKNOWN, added, by_bytes, chance_of_conversion, check_bootstrap, divided, paths_of, whole_parts
from attribution.shapes import refuse_unreadable
from money import Refused

LEAST_EFFECT = Fraction(1, 2**40)  # A channel counts for so much at least, so that alone on a path it has everything.
WEIGHT_BITS = 44


def evenly(units, parts):
    return [units // parts + (part < units % parts) for part in range(parts)]


def ordered_shapley(value):
    refuse_unreadable("ordered_shapley", value)
    paths = paths_of(value["paths"])
    conversions, values = Counter(), Counter()
    for path, counts, _ in paths:
        if not counts["conversions"]:
            continue
        channels = by_bytes(path)
        for channel, units in zip(channels, divided([1] * len(channels))):
            places = [at for at, name in enumerate(path, 1) if name == channel]
            for place, part in zip(places, evenly(units, len(places))):
                conversions[channel, place] += part * counts["conversions"]
                values[channel, place] += part * counts["value_minor"]
    cells = sorted(conversions, key=lambda cell: (cell[0].encode(), cell[1]))
    touched = added([counts for path, counts, _ in paths if path])
    untouched = added([counts for path, counts, _ in paths if not path])
    minor = whole_parts(touched["value_minor"], [Fraction(values[cell], ONE) for cell in cells])
    credits = [
        {"channel": cell[0], "place": cell[1], "conversions": float(Fraction(conversions[cell], ONE)), "value_minor": part}
        for cell, part in zip(cells, minor)
    ]
    return {"credits": credits, "totals": {"touched": touched, "untouched": untouched, "open": 0}}


def place_intervals(value):
    refuse_unreadable("place_intervals", value)
    check_bootstrap(value["bootstrap"])
    whole = ordered_shapley({"paths": value["paths"]})
    earned = whole["totals"]["touched"]["conversions"]
    drawn = {"low": UNKNOWN, "high": UNKNOWN, "standard_error": UNKNOWN}
    place = lambda one: {"channel": one["channel"], "place": one["place"], "share": one["conversions"] / earned, **drawn}
    return {"bootstrap": value["bootstrap"], "shares": [place(one) for one in whole["credits"]]}


def criterion(order, paths):
    """Schwarz's criterion of a chain of this order."""
    steps = Counter()
    for path, counts, _ in paths:
        ends = {"converted": counts["conversions"], "lapsed": counts["lapsed"]} if path else {}
        for at, channel in enumerate(path):
            steps[tuple(path[max(0, at - order) : at]), ("channel", channel)] += sum(ends.values())
        for end, count in ends.items():
            steps[tuple(path[-order:]), (end,)] += count
    steps = {step: count for step, count in steps.items() if count}
    visits = Counter()
    for (state, _), count in steps.items():
        visits[state] += count
    likelihood = fsum(count * log(Fraction(count, visits[state])) for (state, _), count in steps.items())
    ways = len({channel for path, _, _ in paths for channel in path}) + 2
    parameters, transitions = len(visits) * (ways - 1), sum(steps.values())
    bic = (parameters * log(transitions) if transitions else 0.0) - 2 * likelihood
    return {"order": order, "log_likelihood": likelihood, "parameters": parameters, "bic": bic}


def choose_order(value):
    refuse_unreadable("choose_order", value)
    paths = paths_of(value["paths"])
    if not 1 <= value["highest"] <= 4:
        raise Refused("attribution.unknown_order", "highest")
    fits = [criterion(order, paths) for order in range(1, value["highest"] + 1)]
    return {"order": min(fits, key=lambda fit: (fit["bic"], fit["order"]))["order"], "fits": fits}


def path_shares(value):
    refuse_unreadable("path_shares", value)
    paths, path = paths_of(value["paths"]), value["path"]
    if not 1 <= value["order"] <= 4:
        raise Refused("attribution.unknown_order", "order")
    known = {channel for row, _, _ in paths for channel in row}
    for place, channel in enumerate(path):
        if channel not in known:
            raise Refused("attribution.unknown_channel", ["path", place])
    whole = chance_of_conversion(paths, value["order"], None)

    def weight(channel):
        effect = 1 - chance_of_conversion(paths, value["order"], channel) / whole if whole else Fraction(0)
        return max(effect, LEAST_EFFECT)

    weights = {channel: weight(channel) for channel in sorted(set(path))}
    total = sum(weights.values())
    return {"shares": [float(weights[channel] / path.count(channel) / total) for channel in path]}


def short(weights):
    """As whole numbers, the largest of at most 44 bits, all by the same power of two; halves are rounded away from zero."""
    largest = max(map(abs, weights), default=Fraction(0))
    if not largest:
        return [0] * len(weights)
    scale = Fraction(2) ** (WEIGHT_BITS + 1)
    while scale * largest > 2**WEIGHT_BITS:
        scale /= 2
    while scale * largest * 2 <= 2**WEIGHT_BITS:
        scale *= 2
    rounded = [floor(abs(weight) * scale + Fraction(1, 2)) for weight in weights]
    return [-part if weight < 0 else part for weight, part in zip(weights, rounded)]


def apportion(value):
    refuse_unreadable("apportion", value)
    amount, weights = value["amount_minor"], short([Fraction(weight) for weight in value["weights"]])
    total = sum(weights)
    if total <= 0:
        return {"parts_minor": [0] * len(weights)}
    parts = whole_parts(amount, [Fraction(amount * weight, total) for weight in weights])
    return {"parts_minor": [min(max(part, -(2**63)), 2**63 - 1) for part in parts]}


CALLS = {
    "ordered_shapley": ordered_shapley,
    "place_intervals": place_intervals,
    "choose_order": choose_order,
    "path_shares": path_shares,
    "apportion": apportion,
}
