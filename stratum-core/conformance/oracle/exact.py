"""A second look at the oracle's own floats, with fractions: are they what the definitions say, whatever the order of sums?

Bit-equal floats could be equally wrong. Here nothing is compared to the last bit; everything has to hold within a billionth.
"""

from fractions import Fraction

import measures
from limits import amounts

CLOSE = Fraction(1, 10**9)
WILSON, SCORE_OF = measures.wilson, measures.score_of
looked_at, asked = set(), set()


def watch():
    """From here on it is remembered which intervals and scores are asked for."""

    def wilson(part, whole, z):
        asked.add(("interval", part, whole, z))
        return WILSON(part, whole, z)

    def score_of(points, value):
        asked.add(("score", tuple(map(tuple, points)), value))
        return SCORE_OF(points, value)

    measures.wilson, measures.score_of = wilson, score_of


def measure_flaws():
    """What is wrong with the intervals and scores asked for since the last look."""
    new = asked - looked_at
    looked_at.update(new)
    asked.clear()
    look = {"interval": interval_flaw, "score": score_flaw}
    return [flaw for kind, *numbers in new if (flaw := look[kind](*numbers))]


# The numbers that the product promises, typed in by hand and not taken from the sample.
PROMISED = {
    "weights": {"match_quality": 35, "api_health": 25, "event_loss": 20, "platform_stability": 10, "data_quality": 10},
    "floors": {name: 40 for name in measures.COMPONENTS},
    "healthy": 70,
    "degraded": 40,
    "minimum_coverage": 0.8,
    "confidence_z": 1.645,
    "recovery": {"margin": 4, "dwell_seconds": 6 * 3600},
}
PROMISED_OUTSIDE_HEALTH = {
    "exposure": {"rise": 15, "half_at": 1},
    "protective": {"allowed": False, "at_most": 3, "within_seconds": 24 * 3600},
    "permit_seconds": 300,
    "approval_seconds": 3600,
}


def broken_promises(baseline):
    """The numbers of the baseline that are not the promised ones."""
    wrong = [f"health.{name}" for name, value in PROMISED.items() if baseline["health"][name] != value]
    return wrong + [name for name, value in PROMISED_OUTSIDE_HEALTH.items() if baseline[name] != value]


def close(one, other):
    return abs(Fraction(one) - Fraction(other)) <= CLOSE * max(1, abs(Fraction(other)))


def interval_flaw(part, whole, z):
    """A Wilson end p is where the share lies z standard errors of p away: (share - p)² · n = z² · p · (1 - p)."""
    if not whole > 0:
        return None
    share, n, zz = Fraction(part) / Fraction(whole), Fraction(whole), Fraction(z) ** 2
    if not 0 <= share <= 1:
        return None

    def too_far(p):
        return (share - p) ** 2 * n > zz * p * (1 - p)

    low, high = (Fraction(end) for end in WILSON(part, whole, z))
    if not low <= share <= high:
        return "the interval does not hold the share"
    inside = [p for p in (low + CLOSE, high - CLOSE) if low < p < high]
    outside = [p for p in (low - CLOSE, high + CLOSE) if 0 < p < 1]
    if any(too_far(p) for p in inside) or not all(too_far(p) for p in outside):
        return f"the interval of {part} of {whole} is no Wilson interval"
    return None


def score_flaw(points, value):
    """A score is the share of the way between its two neighbours on the curve."""
    points, at = [(Fraction(x), Fraction(y)) for x, y in points], Fraction(value)
    exact = points[0][1] if at <= points[0][0] else points[-1][1]
    for (x0, y0), (x1, y1) in zip(points, points[1:]):
        if x0 <= at <= x1:
            exact = y0 + (y1 - y0) * (at - x0) / (x1 - x0)
    return None if close(SCORE_OF(points, value), exact) else f"the score at {value} is not on the curve"


def composite_flaw(health, settings):
    """Low and high are weighted sums over a hundred, the score and the coverage are weighted means."""
    parts = [{k: Fraction(c[k]) for k in ("weight", "low", "high", "coverage")} for c in health["components"]]
    for end in ("low", "high"):
        if not close(health[end], sum(p["weight"] * p[end] for p in parts) / 100):
            return f"the {end} end is not the weighted sum"
    whole = sum(p["weight"] for p in parts)
    if not close(health["coverage"], sum(p["weight"] * p["coverage"] for p in parts) / whole):
        return "the coverage is not the weighted mean"
    scored = [(Fraction(c["weight"]), Fraction(c["score"])) for c in health["components"] if c["score"] is not None]
    weight = sum(w for w, _ in scored)
    if (health["score"] is None) != (weight == 0):
        return "a score without anything measured, or none with something"
    if weight and not close(health["score"], sum(w * s for w, s in scored) / weight):
        return "the score is not the weighted mean of what was measured"
    return status_flaw(health, settings)


def status_flaw(health, settings):
    """The status the readings earn, from the table on the page, without the memory."""
    known = health["coverage"] >= settings["minimum_coverage"]
    floors = all(c["low"] >= c["floor"] for c in health["components"])
    if known and floors and health["low"] >= settings["healthy"]:
        earned = "healthy"
    elif health["score"] is not None and health["score"] < settings["degraded"]:
        earned = "unhealthy"
    else:
        earned = "degraded"
    return None if earned == health["earned"] else f"the readings earn {earned}"


def exposure_flaw(proposal, policy, exposure, required):
    """Size and required health in fractions of the amounts themselves."""
    kind, before, after = amounts(proposal["action"])
    size, direction = Fraction(10**9), "increase"
    if kind == "pause":
        size, direction = Fraction(1), "reduce"
    elif before and after and before[1] == after[1]:
        start, end = Fraction(before[0]), Fraction(after[0])
        direction = "increase" if end > start else "reduce" if end < start else "neutral"
        if start == end:
            size = Fraction(0)
        elif start > 0:
            size = min(abs(end - start) / start * (Fraction(3, 2) if kind == "set_bid" else 1), size)
    needed = Fraction(policy["health"]["healthy"])
    if direction == "increase":
        needed += Fraction(policy["exposure"]["rise"]) * size / (size + Fraction(policy["exposure"]["half_at"]))
    if direction != exposure["direction"]:
        return f"the change is a {direction}"
    if not close(exposure["size"], size):
        return "the size is not the relative change"
    return None if close(required, needed) else "the health required is not the threshold plus the rise"
