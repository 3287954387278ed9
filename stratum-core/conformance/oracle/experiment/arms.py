"""Are users spread as intended, the slow way: exact fractions, and the closed forms of the chi-square tail."""

import math
from fractions import Fraction

from attribution.shapes import is_name
from customer.orders import readable
from money import Refused
from shapes import ANY_TEXT, COUNT, FLOAT, list_of, struct

MOST = 10**13
SAMPLE_RATIO = struct(arms=list_of(struct(arm=ANY_TEXT, users=COUNT, weight=FLOAT)), threshold=FLOAT)


def refuse(path, code):
    raise Refused(f"experiment.{code}", path)


def check_names(names, path):
    if not 2 <= len(names) <= 100:
        refuse(path, "arm_count")
    for number, name in enumerate(names):
        if not is_name(name, 128):
            refuse(path + [number, "arm"], "bad_name")
        if name in names[:number]:
            refuse(path + [number, "arm"], "repeated_name")


def beyond(x, degrees):
    """From one or two degrees upwards, two at a time, by parts."""
    half = x / 2
    tail = math.erfc(math.sqrt(half)) if degrees % 2 else math.exp(-half)
    for below in range(2 - degrees % 2, degrees, 2):
        tail += math.exp(below / 2 * math.log(half) - half - math.lgamma(below / 2 + 1)) if half else 0.0
    return tail


def sample_ratio(value):
    readable(SAMPLE_RATIO, value)
    arms, threshold = value["arms"], value["threshold"]
    check_names([arm["arm"] for arm in arms], ["arms"])
    for number, arm in enumerate(arms):
        if arm["users"] > MOST:
            refuse(["arms", number, "users"], "too_many_users")
        if arm["weight"] and not 1e-6 <= arm["weight"] <= 1e6:
            refuse(["arms", number, "weight"], "not_a_weight")
    if not 0 < threshold < 1:
        refuse(["threshold"], "out_of_range")
    users, weights = (sum(Fraction(arm[of]) for arm in arms) for of in ("users", "weight"))
    if not users:
        refuse(["arms"], "no_users")
    meant = [arm for arm in arms if arm["weight"]]
    stray = [arm["arm"] for arm in arms if not arm["weight"] and arm["users"]]
    if len(meant) < (1 if stray else 2):
        refuse(["arms"], "arm_count")
    expected = [Fraction(arm["weight"]) / weights * users for arm in meant]
    statistic = sum((arm["users"] - due) ** 2 / due for arm, due in zip(meant, expected))
    degrees = len(meant) - 1
    p_value = 0.0 if stray else beyond(float(statistic), degrees)
    return {
        "arms": [{"arm": arm["arm"], "users": arm["users"], "expected": float(due)} for arm, due in zip(meant, expected)],
        "left_out": [arm["arm"] for arm in arms if not arm["weight"] and not arm["users"]],
        "unintended": stray,
        "chi_square": None if stray else {"statistic": float(statistic), "degrees": degrees},
        "p_value": p_value,
        "rough": min(expected) < 5,
        "threshold": threshold,
        "mismatch": p_value < threshold,
    }


CALLS = {"sample_ratio": sample_ratio}
