"""How far can claims be believed, the slow way: calibration by the formulas of its page, variances, orders divided once."""

import functools
import itertools
import math
from fractions import Fraction
from statistics import NormalDist

from attribution.credit import by_bytes, whole_parts
from attribution.journeys import minor
from attribution.shapes import is_name, refuse_unreadable
from money import Refused, money_of, written_money

PLATFORMS = ["meta", "google", "tiktok", "snapchat", "exchange"]
VARIANCE = {"healthy_below": 0.05, "minor_below": 0.15, "major_from": 0.30, "order_value_spread": 1.0, "level": 0.95}
STEPS = 2000


def normal(level):
    return NormalDist().inv_cdf((1 + level) / 2)


def below(angle, degrees):
    """Simpson's rule for the integral of the cosine to the power of the degrees less one: Student's density by the angle."""
    width = angle / STEPS
    heights = [math.cos(at * width) ** (degrees - 1) for at in range(STEPS + 1)]
    return (heights[0] + heights[-1] + 4 * sum(heights[1:-1:2]) + 2 * sum(heights[2:-1:2])) * width / 3


@functools.lru_cache
def student(level, degrees):
    if degrees < 1:
        return math.inf
    whole, low, high = below(math.pi / 2, degrees), 0.0, math.pi / 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if below(middle, degrees) < level * whole else (low, middle)
    return math.sqrt(degrees) * math.tan(high)


def amount(value, variance, reach):
    error = math.sqrt(variance)
    half = error * reach if error else 0.0
    return {"value": value, "standard_error": error, "interval": {"low": value - half, "high": value + half}}


def factor(value, variance, reach):
    whole = amount(value, variance, reach)
    low, high = whole["interval"]["low"], whole["interval"]["high"]
    return whole | {"finding": "adds" if low > 0 else "takes_away" if high < 0 else "not_shown"}


def weighed(numbers, between):
    """Mean, its variance and the weights; numbers without any variance share all the weight."""
    exact = [own + between == 0 for _, own in numbers]
    weights = [float(one) for one in exact] if any(exact) else [1 / (own + between) for _, own in numbers]
    total = sum(weights)
    mean = sum(weight * x for weight, (x, _) in zip(weights, numbers)) / total
    return mean, 0.0 if any(exact) else 1 / total, [weight / total for weight in weights]


def squares(numbers, between):
    mean = weighed(numbers, between)[0]
    far = [((x - mean) ** 2, own + between) for x, own in numbers if x != mean]
    return sum(square / variance if variance else math.inf for square, variance in far)


def pooled(numbers):
    """Random effects after Paule and Mandel: mean, its variance, the variance between, the weights."""
    between, expected = 0.0, len(numbers) - 1
    if expected and squares(numbers, 0.0) > expected:
        low, high = 0.0, 1.0
        while squares(numbers, high) > expected:
            high *= 2
        for _ in range(200):
            middle = (low + high) / 2
            low, high = (middle, high) if squares(numbers, middle) > expected else (low, middle)
        between = high
    mean, variance, weights = weighed(numbers, between)
    return mean, variance, between, weights


def refuse(area):
    def refused(code, path):
        raise Refused(f"attribution.{area}.{code}", path)

    return refused


def check_estimate(one, path, refused):
    if max(abs(one["value"]), one["standard_error"]) > 1e15:
        refused("too_large", path)


def gathered(value, reach):
    """Amounts and factors by channel, refused in the order of the rows."""
    refused = refuse("calibration")
    amounts, tests = {}, {}
    if not value["attributed"] and not value["tests"]:
        refused("nothing", "attributed")
    for number, row in enumerate(value["attributed"]):
        path = ["attributed", number]
        if not is_name(row["channel"], 128):
            refused("bad_name", path + ["channel"])
        check_estimate(row["amount"], path + ["amount"], refused)
        if row["amount"]["value"] < 0:
            refused("negative", path + ["amount"])
        if row["channel"] in amounts:
            refused("repeated", path + ["channel"])
        amounts[row["channel"]] = row["amount"]
    for number, test in enumerate(value["tests"]):
        path = ["tests", number]
        if not is_name(test["channel"], 128):
            refused("bad_name", path + ["channel"])
        if test["unit"] != value["unit"]:
            refused("other_unit", path + ["unit"])
        check_estimate(test["incremental"], path + ["incremental"], refused)
        check_estimate(test["attributed"], path + ["attributed"], refused)
        lift, given = test["incremental"], test["attributed"]
        if given["value"] - given["standard_error"] * reach <= 0:
            refused("not_above_zero", path + ["attributed"])
        found = lift["value"] / given["value"]
        variance = (lift["standard_error"] ** 2 + found**2 * given["standard_error"] ** 2) / given["value"] ** 2
        if max(abs(found), math.sqrt(variance)) > 1e9:
            refused("factor_too_large", path)
        tests.setdefault(test["channel"], []).append((found, variance))
    return amounts, tests


def calibrate(value):
    refuse_unreadable("calibrate", value)
    level = value["level"]
    if not 0 < level < 1:
        refuse("calibration")("no_level", "level")
    near = normal(level)
    amounts, tests = gathered(value, near)
    own = {channel: pooled(tests[channel]) for channel in by_bytes(tests)}
    common = pooled([one[:2] for one in own.values()]) if len(own) >= 3 else None
    far = student(level, len(own) - 2)
    channels, before, noise, after, variance, left = [], 0.0, 0.0, 0.0, 0.0, 0.0
    shared, untested = 0.0, 0.0
    weight_of = dict(zip(own, common[3])) if common else {}
    for channel in by_bytes([*amounts, *tests]):
        one = amounts.get(channel, {"value": 0.0, "standard_error": 0.0})
        given, of_given = one["value"], one["standard_error"] ** 2
        before, noise = before + given, noise + of_given
        found, basis, reach = None, "untested", far
        if channel in own:
            mean, of_mean, between, _ = own[channel]
            basis = {"tested": {"tests": len(tests[channel]), "between_tests": math.sqrt(between)}}
            found, reach = (mean, of_mean), near
            variance += given**2 * of_mean
            shared += given * weight_of.get(channel, 0.0) * of_mean
        elif common:
            found = (common[0], common[1] + common[2])
            variance += given**2 * common[2]
            untested += given
        row = {"channel": channel, "basis": basis, "factor": None, "attributed": amount(given, of_given, near)}
        row["calibrated"] = None
        if found:
            mean, of_mean = found
            row["factor"] = factor(mean, of_mean, reach)
            row["calibrated"] = amount(mean * given, of_mean * (given**2 + of_given) + mean**2 * of_given, reach)
            after, variance = after + mean * given, variance + of_given * (mean**2 + of_mean)
        else:
            left += given
        channels.append(row)
    if common:
        variance += 2 * untested * shared + untested**2 * common[1]
    across = common and {
        "channels": len(own),
        "mean": common[0],
        "standard_error": math.sqrt(common[1]),
        "between_channels": math.sqrt(common[2]),
    }
    return {
        "unit": value["unit"],
        "level": level,
        "channels": channels,
        "across": across,
        "before": amount(before, noise, near),
        "after": amount(after, variance, far if untested else near) if left == 0 else None,
        "uncalibrated": left,
    }


def level_of(size, policy):
    names = [("healthy", "healthy_below"), ("minor", "minor_below"), ("moderate", "major_from")]
    return next((name for name, bound in names if abs(size) < policy[bound]), "major")


def check_policy(policy):
    refused = refuse("reported")
    holds = {
        "healthy_below": policy["healthy_below"] > 0,
        "minor_below": policy["minor_below"] >= policy["healthy_below"],
        "major_from": policy["major_from"] >= policy["minor_below"],
        "order_value_spread": 0 <= policy["order_value_spread"] <= 100,
        "level": 0 < policy["level"] < 1,
    }
    for field, sound in holds.items():
        if not sound:
            refused("out_of_range", ["policy", field])


def reached(low, high, policy):
    nearest = 0.0 if low <= 0 <= high else min(abs(low), abs(high))
    ends = {"low": low, "high": high}
    return {"interval": ends, "least": level_of(nearest, policy), "most": level_of(max(abs(low), abs(high)), policy)}


def of_counts(n, m, z):
    """Wilson's interval of n of n + m as a quotient, less one."""
    trials = n + m
    share, scale = n / trials, 1 + z * z / trials
    middle = share + z * z / trials / 2
    spread = z * math.sqrt(share * (1 - share) / trials + z * z / trials / trials / 4)
    ends = [max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)]
    return [share / (1 - share) - 1 if share < 1 else math.inf for share in ends]


def variance(ours, theirs, ends, policy, at_least=None):
    if theirs == 0:
        return {"nothing_independent": {"at_least": at_least()}} if ours > 0 else "nothing_at_all"
    value = float((ours - theirs) / theirs)
    return {"measured": {"value": value, "level": level_of(value, policy), "reach": ends()}}


def compare(value):
    refuse_unreadable("compare", value)
    policy, refused = value.get("policy") or VARIANCE, refuse("reported")
    check_policy(policy)
    sides = [value[side] for side in ("reported", "independent")]
    amounts = [money_of(side["revenue"]) for side in sides]
    for name, (revenue, _) in zip(("reported", "independent"), amounts):
        if revenue < 0:
            refused("negative", [name, "revenue"])
    (ours, currency), (theirs, other) = amounts
    if currency != other:
        refused("mixed_currencies", "independent.revenue")
    z, counts = normal(policy["level"]), [side.get("conversions") for side in sides]
    counted = None not in counts

    def of_revenue():
        if not counted or 0 in counts or ours <= 0:
            return None
        half = z * math.sqrt((1 + policy["order_value_spread"] ** 2) * (1 / counts[0] + 1 / counts[1]))
        return reached(float(ours / theirs) * math.exp(-half) - 1, float(ours / theirs) * math.exp(half) - 1, policy)

    revenue = variance(ours, theirs, of_revenue, policy, lambda: None)
    conversions = None
    if counted:
        ends = lambda: reached(*of_counts(*counts, z), policy)
        conversions = variance(*counts, ends, policy, lambda: of_counts(*counts, z)[0])
    return {"revenue": revenue, "conversions": conversions, "difference": written_money(ours - theirs, currency)}


def checked_rows(value, name, currency):
    refused = refuse("reported")
    total = 0
    for number, row in enumerate(value[name]):
        if not is_name(row["order"], 128):
            refused("bad_name", [name, number, "order"])
        if currency not in (None, row["value"]["currency"]):
            refused("mixed_currencies", [name, number, "value"])
        currency, worth = row["value"]["currency"], minor(row["value"])
        if worth < 0:
            refused("negative", [name, number, "value"])
        total += worth
        if total >= 2**63:
            refused("too_much_value", [name, number, "value"])
        if name == "orders" and row["order"] in [one["order"] for one in value[name][:number]]:
            refused("repeated_order", [name, number, "order"])
    return currency


def volume(values):
    values = list(values)
    return {"orders": len(values), "value_minor": sum(values)}


def deduplicate(value):
    refuse_unreadable("deduplicate", value)
    currency = checked_rows(value, "orders", None)
    currency = checked_rows(value, "claims", currency)
    record = {row["order"]: minor(row["value"]) for row in value["orders"]}
    rows = {}
    for row in value["claims"]:
        rows.setdefault((row["platform"], row["order"]), []).append(minor(row["value"]))
    claims = {key: min(worths) for key, worths in rows.items()}
    repeated = [worth for worths in rows.values() for worth in sorted(worths)[1:]]
    claimants = {order: tuple(one for one in PLATFORMS if (one, order) in claims) for order in {*record} | {o for _, o in claims}}
    sharing = value.get("sharing") or "equally"
    weight = lambda platform: 1 if sharing == "equally" else sharing["weighted"].get(platform, 0)
    known = [order for order in record if claimants[order]]
    for order in sorted(known, key=str.encode):
        if not any(weight(platform) for platform in claimants[order]):
            refuse("reported")("no_weight", "sharing")
    minors, parts = dict.fromkeys(PLATFORMS, 0), dict.fromkeys(PLATFORMS, Fraction(0))
    for group in {claimants[order] for order in known}:
        of = [order for order in known if claimants[order] == group]
        worth, total = sum(record[order] for order in of), sum(map(weight, group))
        divided = whole_parts(worth, [Fraction(worth * weight(platform), total) for platform in group])
        for platform, part in zip(group, divided):
            minors[platform] += part
            parts[platform] += Fraction(len(of) * weight(platform), total)
    named = [platform for platform in PLATFORMS if any(platform == one for one, _ in claims)]
    of_platform = lambda platform, known: volume(
        worth for (one, order), worth in claims.items() if one == platform and (known or order not in record)
    )
    platforms = [
        {
            "platform": platform,
            "claimed": of_platform(platform, True),
            "unknown": of_platform(platform, False),
            "alone": volume(record[order] for order in known if claimants[order] == (platform,)),
            "deduplicated_orders": float(parts[platform]),
            "deduplicated_minor": minors[platform],
        }
        for platform in named
    ]
    both = lambda a, b: volume(record[order] for order in known if a in claimants[order] and b in claimants[order])
    overlaps = [{"one": a, "other": b, "both": both(a, b)} for a, b in itertools.combinations(named, 2)]
    about_known = volume(worth for (_, order), worth in claims.items() if order in record)
    of_known = volume(record[order] for order in known)
    over = lambda name: about_known[name] / of_known[name] if of_known[name] else None
    return {
        "currency": currency,
        "claimed": volume(claims.values()),
        "claimed_unknown": volume(worth for (_, order), worth in claims.items() if order not in record),
        "repeated": volume(repeated),
        "known": of_known,
        "unknown_orders": sum(order not in record for order in claimants),
        "unclaimed": volume(record[order] for order in record if not claimants[order]),
        "over_claim_orders": over("orders"),
        "over_claim_value": over("value_minor"),
        "platforms": platforms,
        "overlaps": overlaps,
    }


CALLS = {"calibrate": calibrate, "compare": compare, "deduplicate": deduplicate}
