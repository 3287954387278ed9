"""What is refused, the slow way: calls that cannot be read, policies that are none, values that cannot be true."""

from measures import COMPONENTS
from money import Refused, decimal_of, money_of
from reading import seconds_between
from shapes import CALLS, Unreadable

DAY = 86400.0


def refuse_unreadable(call, value):
    try:
        CALLS[call](value, [])
    except Unreadable as error:
        raise Refused("call.malformed", error.args[0]) from error


def refuse_policy(policy):
    """The first number that is out of its range, in the order in which they are checked."""

    def within(field, value, least, most):
        if not least <= value <= most:
            raise Refused("policy.invalid", "policy." + field)

    health = policy["health"]
    weights = [health["weights"][name] for name in COMPONENTS]
    if min(weights) < 0 or abs(sum(weights) - 100.0) > 1e-9:
        raise Refused("policy.invalid", "policy.health.weights")
    within("health.healthy", health["healthy"], 0.0, 100.0)
    within("health.degraded", health["degraded"], 0.0, 100.0)
    if health["degraded"] >= health["healthy"]:
        raise Refused("policy.invalid", "policy.health.healthy")
    for name in COMPONENTS:
        within("health.floors", health["floors"][name], 0.0, 100.0)
        within("health.fresh_seconds", health["fresh_seconds"][name], 0.0, 90.0 * DAY)
        within("health.half_life_seconds", health["half_life_seconds"][name], 60.0, 90.0 * DAY)
    within("health.minimum_coverage", health["minimum_coverage"], 0.0, 1.0)
    within("health.confidence_z", health["confidence_z"], 0.5, 6.0)
    highest = max([health["healthy"], *health["floors"].values()])
    within("health.recovery.margin", health["recovery"]["margin"], 0.0, min(100.0 - highest, 30.0))
    within("health.recovery.dwell_seconds", health["recovery"]["dwell_seconds"], 0.0, 30.0 * DAY)
    for weight in health["key_weights"].values():
        within("health.key_weights", weight, 0.0, 1.0)
    within("exposure.rise", policy["exposure"]["rise"], 0.0, 100.0 - health["healthy"])
    within("exposure.half_at", policy["exposure"]["half_at"], 1e-3, 1e3)
    within("permit_seconds", policy["permit_seconds"], 1, 3600)
    within("approval_seconds", policy["approval_seconds"], 60, 7 * DAY)
    within("protective.within_seconds", policy["protective"]["within_seconds"], 60, 30 * DAY)
    within("limits", len(policy["limits"]), 0, 64)
    for index, limit in enumerate(policy["limits"]):
        kind, rule = next(iter(limit["rule"].items()))
        sound = rule.get("within_seconds", 1) > 0
        if kind == "minimum_return":
            sound = sound and 0 <= decimal_of(rule["at_least"]) <= 1000
        elif isinstance(rule.get("at_most"), str):
            decimals = len(rule["at_most"].partition(".")[2])
            sound = sound and 0 <= decimal_of(rule["at_most"]) <= 100_000 and decimals <= 6
        elif isinstance(rule.get("at_most"), dict):
            sound = sound and money_of(rule["at_most"])[0] >= 0
        if not sound:
            raise Refused("policy.invalid", f"policy.limits[{index}]")


def refuse_unmade(call):
    proposal = call.get("proposal")
    if proposal and seconds_between(call["now"], proposal["made_at"]) > 300.0:
        raise Refused("proposal.from_the_future", "proposal.made_at")


ORDER = ["match_quality", "api_calls", "token", "events", "platform", "delivery", "records", "feed", "revenue"]


def refuse_impossible(evidence, now):
    readings = evidence["readings"]

    def refuse(path):
        raise Refused("evidence.impossible_value", "evidence." + path)

    def of(name):
        return readings.get(name, {}).get("measured", {}).get("value")

    def part(name, field, most):
        value = of(name).get(field) or 0
        if value > most:
            refuse(f"readings.{name}.measured.value.{field}")

    def share(name, field):
        value = of(name).get(field)
        if value is not None and not 0.0 <= value <= 1.0:
            refuse(f"readings.{name}.measured.value.{field}")

    for name in ORDER:
        measured = readings.get(name, {}).get("measured")
        if measured and seconds_between(now, measured["at"]) > 300.0:
            refuse(f"readings.{name}.measured.at")
    if matches := of("match_quality"):
        if max(matches["keys"].values()) > matches["events"]:
            refuse("readings.match_quality.measured.value.keys")
        part("match_quality", "confirmed", matches["events"])
        if not 0.0 <= (matches.get("platform_score") or 0.0) <= 10.0:
            refuse("readings.match_quality.measured.value.platform_score")
    if events := of("events"):
        part("events", "matched", min(events.get("browser") or 0, events.get("server") or 0))
    if calls := of("api_calls"):
        if sum(calls["failed_" + kind] for kind in ("auth", "throttled", "server", "client")) > calls["calls"]:
            refuse("readings.api_calls.measured.value.calls")
        share("api_calls", "throttle_headroom")
    if state := of("platform"):
        part("platform", "changes_rejected", state["changes_requested"])
        share("platform", "learning_share")
    if scan := of("delivery"):
        part("delivery", "anomalous", scan["points"])
        if scan["farthest"] < 0.0:
            refuse("readings.delivery.measured.value.farthest")
    if records := of("records"):
        for defect in ("schema_violations", "duplicates", "late", "future", "empty_values"):
            part("records", defect, records["records"])
    if revenue := of("revenue"):
        for field in ("platform", "independent", "independent_squares"):
            if revenue[field] < 0.0:
                refuse(f"readings.revenue.measured.value.{field}")
    performance = evidence.get("performance", {}).get("measured")
    if performance:
        if seconds_between(now, performance["at"]) > 300.0:
            refuse("performance.measured.at")
        for field in ("spend_today", "spend"):
            if money_of(performance["value"][field])[0] < 0:
                refuse(f"performance.measured.value.{field}")
