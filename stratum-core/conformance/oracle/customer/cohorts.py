"""Who bought lately, and who came back, the slow way: every customer compared with every other, every period with every date in it."""

import datetime
import math
from fractions import Fraction

from attribution.claims import normal
from customer.orders import ORDERS, purchase_days, readable
from money import Refused
from shapes import ANY_TEXT, FLOAT, list_of, number, one_of, struct

SCORE = number(int, 0, 255)
SHORT = number(int, 0, 2**16 - 1)
WHOLE = list_of(number(int, -(2**63), 2**63 - 1))
RANGE = list_of(SCORE, 2, 2)
SEGMENT = struct(name=ANY_TEXT, recency=RANGE, frequency=RANGE, monetary=RANGE)
NUMBERS = ("days_since", "orders", "value_minor")
THRESHOLDS = struct(**{name: WHOLE for name in NUMBERS})
RFM = struct(**ORDERS, bins=SCORE, thresholds_=THRESHOLDS, segments=list_of(SEGMENT))
RETENTION = struct(**ORDERS, period=one_of("month", "week"), periods_max=SHORT, level=FLOAT)
RANGES = ("recency", "frequency", "monetary")


def refuse(*path):
    raise Refused("purchases.out_of_range", list(path))


def quantile(values, k, bins):
    """The smallest value that at least k of `bins` parts do not exceed."""
    share = lambda limit: Fraction(sum(value <= limit for value in values), len(values))
    return min(value for value in values if share(value) >= Fraction(k, bins))


def rfm(value):
    readable(RFM, value)
    persons, today, _, _ = purchase_days(value)
    rows = []
    for person in sorted(persons, key=str.encode):
        days = persons[person]
        orders, worth = (sum(day[at] for day in days.values()) for at in (0, 1))
        rows.append({"person": person, "days_since": (today - max(days)).days, "orders": orders, "value_minor": worth})
    thresholds = value.get("thresholds")
    if thresholds is None:
        bins = value["bins"]
        if not 2 <= bins <= 10:
            refuse("bins")
        if not rows:
            refuse("conversions")
        thresholds = {name: [quantile([row[name] for row in rows], k, bins) for k in range(1, bins)] for name in NUMBERS}
    bins = len(thresholds["days_since"]) + 1
    for name in NUMBERS:
        limits = thresholds[name]
        if len(limits) != bins - 1 or limits != sorted(limits) or not 2 <= bins <= 10:
            refuse("thresholds", name)
    for at, segment in enumerate(value["segments"]):
        if not segment["name"] or not all(1 <= segment[name][0] <= min(segment[name][1], bins) for name in RANGES):
            refuse("segments", at)
    for row in rows:
        above = {name: sum(row[name] > limit for limit in thresholds[name]) for name in NUMBERS}
        scores = {"recency": bins - above["days_since"], "frequency": above["orders"] + 1, "monetary": above["value_minor"] + 1}
        fits = lambda segment: all(segment[name][0] <= scores[name] <= segment[name][1] for name in RANGES)
        row["scores"] = scores
        row["segment"] = next((segment["name"] for segment in value["segments"] if fits(segment)), None)
    return {"thresholds": thresholds, "customers": rows, "without_segment": sum(row["segment"] is None for row in rows)}


def first_of(date, period):
    return date.replace(day=1) if period == "month" else date - datetime.timedelta(days=date.weekday())


def next_first(date, period):
    return first_of(date + datetime.timedelta(days=31 if period == "month" else 7), period)


def wilson(came, everybody, reach):
    share = came / everybody
    middle = share + reach**2 / (2 * everybody)
    far = reach * math.sqrt(share * (1 - share) / everybody + reach**2 / (4 * everybody**2))
    whole = 1 + reach**2 / everybody
    return max((middle - far) / whole, 0.0), min((middle + far) / whole, 1.0)


def retention(value):
    readable(RETENTION, value)
    persons, today, _, _ = purchase_days(value)
    if not 1 <= value["periods_max"] <= 520:
        refuse("periods_max")
    if not 0 < value["level"] < 1:
        refuse("level")
    period, reach = value["period"], normal(value["level"])
    cohorts = []
    for first in sorted({first_of(min(days), period) for days in persons.values()}):
        members = [days for days in persons.values() if first_of(min(days), period) == first]
        cells, begins = [], next_first(first, period)
        while begins <= today and len(cells) < value["periods_max"]:
            ends = next_first(begins, period)
            came = sum(any(begins <= day < ends for day in days) for days in members)
            low, high = wilson(came, len(members), reach)
            over = {"share": {"customers": came, "share": came / len(members), "low": low, "high": high}}
            cells.append(over if ends <= today else "not_over")
            begins = ends
        complete = next_first(first, period) <= today
        cohorts.append({"begins": first.isoformat(), "customers": len(members), "complete": complete, "cells": cells})
    return {"period": period, "level": value["level"], "cohorts": cohorts}


CALLS = {"rfm": rfm, "retention": retention}
