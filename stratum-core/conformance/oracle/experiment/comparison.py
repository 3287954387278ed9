"""What did a variant change, the slow way: sums as exact fractions, Student's distribution integrated step by step."""

import functools
import math
from fractions import Fraction
from statistics import NormalDist

from customer.orders import readable
from experiment.arms import MOST, check_names, refuse
from shapes import ANY_TEXT, COUNT, FLOAT, list_of, struct, tagged

SUMS = {"sum": FLOAT, "sum_squares": FLOAT}
ARM = {"arm": ANY_TEXT, "users": COUNT}
ARMS = tagged(
    proportion=list_of(struct(**ARM, conversions=COUNT)),
    mean=list_of(struct(**ARM, **SUMS, before_=struct(**SUMS, sum_products=FLOAT))),
    quotient=list_of(struct(**ARM, numerator=struct(**SUMS), denominator=struct(**SUMS), sum_products=FLOAT)),
)
COMPARE_ARMS = struct(arms=ARMS, level=FLOAT)
STEPS = 20_000
NONE = (Fraction(0), Fraction(0), Fraction(0))


def density(x, degrees):
    scale = math.lgamma((degrees + 1) / 2) - math.lgamma(degrees / 2) - math.log(math.pi * degrees) / 2
    return math.exp(scale - (degrees + 1) / 2 * math.log1p(x * x / degrees))


def beyond(x, degrees):
    """Simpson's rule over the angle, from that of x to a right angle or to where nothing is left; both sides."""
    root = math.sqrt(degrees)
    first = math.atan(abs(x) / root)
    width = min(math.pi / 2 - first, 40 / root) / STEPS
    heights = [max(0.0, math.cos(first + at * width)) ** (degrees - 1) for at in range(STEPS + 1)]
    area = (heights[0] + heights[-1] + 4 * sum(heights[1:-1:2]) + 2 * sum(heights[2:-1:2])) * width / 3
    return 2 * density(0, degrees) * root * area


@functools.lru_cache
def reach(level, degrees):
    """Newton's steps from the normal quantile; where they lead nowhere, halving."""
    x = NormalDist().inv_cdf((1 + level) / 2)
    for _ in range(12):
        x = max(x + (beyond(x, degrees) - (1 - level)) / (2 * density(x, degrees)), x / 2)
    return x


def sound(number, path):
    if number and not 1e-15 <= abs(number) <= 1e30:
        refuse(path, "not_a_sum")


def spread(n, sums, path):
    total, squares = Fraction(sums["sum"]), Fraction(sums["sum_squares"])
    sound(total, path + ["sum"])
    sound(squares, path + ["sum_squares"])
    left = squares - total**2 / n
    if squares < 0 or left < -squares / 10**9:
        refuse(path + ["sum_squares"], "impossible_sums")
    return Fraction(0) if left <= squares / 10**12 else left


def products(n, one, other, spreads, number, path):
    sound(number, path)
    left = Fraction(number) - Fraction(one["sum"]) * Fraction(other["sum"]) / n
    most = Fraction(math.sqrt(spreads[0] * spreads[1]))
    if abs(left) > most + Fraction(math.sqrt(one["sum_squares"] * other["sum_squares"])) / 10**6:
        refuse(path, "impossible_sums")
    return max(-most, min(most, left))


def moments(kind, arm, path):
    """Value, variance of one user, and mean, variance and covariance of what was before."""
    n = arm["users"]
    if n < 2:
        refuse(path + ["users"], "too_few_users")
    if n > MOST:
        refuse(path + ["users"], "too_many_users")
    if kind == "proportion":
        if arm["conversions"] > n:
            refuse(path + ["conversions"], "more_conversions_than_users")
        share = Fraction(arm["conversions"], n)
        return share, share * (1 - share), NONE
    if kind == "mean":
        own, before, earlier = spread(n, arm, path), arm.get("before"), NONE
        if before is not None:
            squares = spread(n, before, path + ["before"])
            both = products(n, arm, before, (own, squares), before["sum_products"], path + ["before", "sum_products"])
            earlier = (Fraction(before["sum"]) / n, squares / (n - 1), both / (n - 1))
        return Fraction(arm["sum"]) / n, own / (n - 1), earlier
    above, below = arm["numerator"], arm["denominator"]
    squares = [spread(n, above, path + ["numerator"]), spread(n, below, path + ["denominator"])]
    both = products(n, above, below, squares, arm["sum_products"], path + ["sum_products"])
    if below["sum"] <= 0:
        refuse(path + ["denominator", "sum"], "no_denominator")
    value, mean = Fraction(above["sum"]) / Fraction(below["sum"]), Fraction(below["sum"]) / n
    most = squares[0] + value**2 * squares[1]
    left = most - 2 * value * both
    return value, (left if left > most / 10**12 else Fraction(0)) / (n - 1) / mean**2, NONE


def variance(arm, n, scale, slope):
    _, own, (_, earlier, both) = arm
    return max(Fraction(0), scale**2 * own - 2 * scale * slope * both + slope**2 * earlier) / n


def around(value, error, far):
    return {"low": value - error * far, "high": value + error * far}


def beside(control, variant, n, m, level):
    """The parts of a variant's row that depend on both arms, and its p-value."""
    squares = (n - 1) * control[2][1] + (m - 1) * variant[2][1]
    theta = ((n - 1) * control[2][2] + (m - 1) * variant[2][2]) / squares if squares else Fraction(0)
    before = variant[2][0] - control[2][0]
    difference = variant[0] - control[0] - theta * before
    own, other = variance(control, n, 1, theta), variance(variant, m, 1, theta)
    plain = control[1] / n + variant[1] / m
    adjustment = {"theta": float(theta), "difference_before": float(before),
                  "variance_share": float((own + other) / plain) if plain else None}
    row = {"difference": float(difference), "test": "no_variance", "lift": "no_variance", "adjustment": adjustment}
    if not own or not other:
        return row, 1.0
    error = math.sqrt(own + other)
    degrees = float((own + other) ** 2 / (own**2 / (n - 1) + other**2 / (m - 1)))
    far, p_value = reach(level, degrees), beyond(float(difference) / error, degrees)
    row["test"] = {"known": {"standard_error": error, "degrees": degrees, "p_value": p_value,
                             "interval": around(float(difference), error, far)}}
    # Both arms with the mean that all their users had before.
    base = control[0] + theta * before * Fraction(m, n + m)
    row["lift"] = "control_not_above_zero"
    if base > far * math.sqrt(control[1] / n):
        lift = difference / base
        slope = theta * (n + (1 + lift) * m) / (n + m)
        error = math.sqrt(variance(control, n, 1 + lift, slope) + variance(variant, m, 1, slope)) / float(base)
        row["lift"] = {"known": {"value": float(lift), "standard_error": error, "p_value": beyond(float(lift) / error, degrees),
                                 "interval": around(float(lift), error, far)}}
    return row, p_value


def compare_arms(value):
    readable(COMPARE_ARMS, value)
    level = value["level"]
    if not 0 < level < 1:
        refuse(["level"], "out_of_range")
    kind, arms = next(iter(value["arms"].items()))
    root = ["arms", kind]
    check_names([arm["arm"] for arm in arms], root)
    known = [arm.get("before") is not None for arm in arms]
    found = []
    for number, arm in enumerate(arms):
        if known[number] != known[0]:
            refuse(root + [number, "before"], "uneven_before")
        found.append(moments(kind, arm, root + [number]))
    values = [{"arm": arm["arm"], "users": arm["users"], "value": float(one[0])} for arm, one in zip(arms, found)]
    rows, p_values = [], []
    for shown, arm, one in zip(values[1:], arms[1:], found[1:]):
        row, p_value = beside(found[0], one, arms[0]["users"], arm["users"], level)
        rows.append(shown | row | ({} if known[0] else {"adjustment": None}))
        p_values.append(p_value)
    # Holm: who comes later in the order is at least as large as all before.
    order = sorted(range(len(rows)), key=lambda at: p_values[at])
    for at, row in enumerate(rows):
        if row["test"] != "no_variance":
            earlier = order[: order.index(at) + 1]
            row["test"]["known"]["p_value_holm"] = min(1.0, max((len(rows) - order.index(one)) * p_values[one] for one in earlier))
    return {"level": level, "control": values[0], "variants": rows}


CALLS = {"compare_arms": compare_arms}
