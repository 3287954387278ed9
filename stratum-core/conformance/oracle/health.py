"""Measures to health, the slow way: the weakest measure, the weighted sums, the status with memory, the answer."""

from measures import COMPONENTS, MEASURES, Sheet, api_health, data_quality, event_loss, match_quality, platform_stability
from reading import seconds_between

RANKS = ["unhealthy", "degraded", "healthy"]


def component_of(name, sheet, settings):
    """The weakest measure decides; a missing one leaves everything open below."""
    planned = [sheet.found[m] for m in MEASURES if MEASURES[m][0] == name and m in sheet.found]
    measured = [one for one in planned if "missing" not in one]
    component = {
        "component": name,
        "weight": float(settings["weights"][name]),
        "floor": float(settings["floors"][name]),
        "score": min((one["score"] for one in measured), default=None),
        "low": min((one["low"] for one in measured), default=0.0),
        "high": min((one["high"] for one in measured), default=100.0),
        "coverage": float(len(measured)) / float(len(planned)) if planned else 0.0,
        "age_seconds": max((one["age"] for one in measured), default=None),
    }
    if len(measured) < len(planned):
        component["low"] = 0.0
    return component


def composed(components, settings):
    """Score, ends, coverage, and the status earned without and with the recovery margin."""

    def total(of):
        result = 0.0
        for component in components:
            result = result + component["weight"] * of(component)
        return result

    low = total(lambda c: c["low"]) / 100.0
    high = total(lambda c: c["high"]) / 100.0
    coverage = total(lambda c: c["coverage"]) / total(lambda c: 1.0)
    weight = total(lambda c: 0.0 if c["score"] is None else 1.0)
    points = total(lambda c: 0.0 if c["score"] is None else c["score"])
    score = points / weight if weight > 0.0 else None

    def earned(margin, bad):
        floors = all(c["low"] >= (c["floor"] + margin if c["floor"] > 0.0 else 0.0) for c in components)
        if floors and coverage >= settings["minimum_coverage"] and low >= settings["healthy"] + margin:
            return "healthy"
        return "unhealthy" if bad else "degraded"

    margin, degraded = settings["recovery"]["margin"], settings["degraded"]
    return {
        "score": score,
        "low": min(low, 100.0),
        "high": min(high, 100.0),
        "coverage": coverage,
        "earned": earned(0.0, score is not None and score < degraded),
        "with_margin": earned(margin, score is None or score < degraded + margin),
    }


def remembered(memory, earned, with_margin, recovery, now):
    """Worse at once; better by one step after a dwell time in which the margin was held."""
    rank = RANKS.index
    if memory is None or rank(earned) < rank(memory["status"]):
        return {"status": earned, "since": now}
    kept = {"status": memory["status"], "since": memory["since"]}
    if rank(with_margin) <= rank(memory["status"]):
        return kept
    since = memory.get("better_since")
    if since is None or seconds_between(now, since) > 0.0:
        since = now
    if seconds_between(since, now) < recovery["dwell_seconds"]:
        return {**kept, "better_since": since}
    status = RANKS[rank(memory["status"]) + 1] if recovery["dwell_seconds"] > 0.0 else with_margin
    moved = {"status": status, "since": now}
    return {**moved, "better_since": now} if rank(with_margin) > rank(status) else moved


def measure(evidence, settings, memory, now):
    """Everything about health that a gate or a reader may ask for."""
    sheet = Sheet(evidence, settings, now)
    for fill in (match_quality, api_health, event_loss, platform_stability, data_quality):
        fill(sheet)
    components = [component_of(name, sheet, settings) for name in COMPONENTS]
    whole = composed(components, settings)
    memory = remembered(memory, whole["earned"], whole["with_margin"], settings["recovery"], now)
    return {"components": components, "found": sheet.found, "memory": memory, "at": now, **whole}


def summary(health):
    fields = ("earned", "score", "low", "high", "coverage", "memory")
    return {"status": health["memory"]["status"], **{field: health[field] for field in fields}}


def measure_answer(name, found):
    missing = found.get("missing")
    return {
        "measure": name,
        "unit": MEASURES[name][1],
        "value": found.get("value"),
        "score": found.get("score"),
        "low": found.get("low", 0.0),
        "high": found.get("high", 100.0),
        "missing": missing,
        "age_seconds": found.get("age"),
    }


def answer(health):
    """The answer of the call `health`."""
    components = []
    for component in health["components"]:
        names = [m for m in MEASURES if MEASURES[m][0] == component["component"] and m in health["found"]]
        measures = [measure_answer(name, health["found"][name]) for name in names]
        components.append({**component, "measures": measures})
    return {"at": health["at"], "summary": summary(health), "components": components}
