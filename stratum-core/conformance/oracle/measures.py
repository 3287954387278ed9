"""Readings to measures, the slow way: one function per component, plain floats, in the order in which the methods pages
write them. Independent of the Rust code; where both agree to the last bit, the number is meant."""

import math

from reading import seconds_between

COMPONENTS = ["match_quality", "api_health", "event_loss", "platform_stability", "data_quality"]
MEASURES = {
    "match_estimate": ("match_quality", "ratio"),
    "match_confirmed": ("match_quality", "ratio"),
    "api_success": ("api_health", "ratio"),
    "api_latency": ("api_health", "milliseconds"),
    "throttle_headroom": ("api_health", "ratio"),
    "token_life": ("api_health", "days"),
    "twin_match": ("event_loss", "ratio"),
    "lost_events": ("event_loss", "ratio"),
    "surplus_events": ("event_loss", "ratio"),
    "server_capture": ("event_loss", "ratio"),
    "browser_capture": ("event_loss", "ratio"),
    "open_incidents": ("platform_stability", "count"),
    "delivery_anomalies": ("platform_stability", "ratio"),
    "rejected_changes": ("platform_stability", "ratio"),
    "api_sunset": ("platform_stability", "days"),
    "learning_share": ("platform_stability", "ratio"),
    "delivery_departure": ("platform_stability", "deviations"),
    "schema_violations": ("data_quality", "ratio"),
    "duplicate_records": ("data_quality", "ratio"),
    "late_records": ("data_quality", "ratio"),
    "future_records": ("data_quality", "ratio"),
    "empty_values": ("data_quality", "ratio"),
    "watermark_lag": ("data_quality", "hours"),
    "flat_feed": ("data_quality", "hours"),
    "revenue_gap": ("data_quality", "ratio"),
}
KEYS = ["email", "phone", "click_id", "external_id", "browser_id", "ip_and_agent", "name_and_address"]


def wilson(part, whole, z):
    if not whole > 0.0:
        return 0.0, 1.0
    share = min(max(part / whole, 0.0), 1.0)
    zz = z * z
    spread = z * math.sqrt(share * (1.0 - share) / whole + zz / (4.0 * whole * whole))
    scale = 1.0 / (1.0 + zz / whole)
    middle = (share + zz / (2.0 * whole)) * scale
    low = middle - spread * scale
    high = middle + spread * scale
    return min(max(low, 0.0), share), max(min(high, 1.0), share)


def score_of(points, value):
    before = None
    for x, y in points:
        if value <= x:
            if before is None:
                return float(y)
            x0, y0 = before
            return y0 + (y - y0) * ((value - x0) / (x - x0))
        before = (x, y)
    return float(points[-1][1])


def value_reaching(points, score):
    """The value nearest to the bad side that earns the score."""
    rises = points[-1][1] >= points[0][1]
    order = points if rises else points[::-1]
    if score <= order[0][1]:
        return float(order[0][0])
    steps = list(zip(points, points[1:]))
    for (x0, y0), (x1, y1) in steps if rises else steps[::-1]:
        if min(y0, y1) <= score <= max(y0, y1):
            if y0 == y1:
                return float(x0 if rises else x1)
            return x0 + (x1 - x0) * ((score - y0) / (y1 - y0))
    return None


class Sheet:
    """The outcomes of the measures of one account at one moment."""

    def __init__(self, evidence, settings, now):
        self.plan, self.readings = evidence["plan"], evidence["readings"]
        self.settings, self.now, self.found = settings, now, {}

    def usable(self, name):
        """The measured reading, or why there is none."""
        reading = self.readings.get(name)
        if reading is None:
            return None, "not_supplied"
        if "missing" in reading:
            return None, reading["missing"]["why"]
        measured = reading["measured"]
        if seconds_between(self.now, measured["at"]) > 300.0:
            return None, "from_the_future"
        return measured, None

    def missing(self, why, *measures):
        for measure in measures:
            self.found[measure] = {"missing": why}

    def within(self, measure, value, ends, reading):
        curve = self.settings["curves"][measure]
        component = MEASURES[measure][0]
        age = max(seconds_between(reading["at"], self.now), 0.0)
        excess = age - self.settings["fresh_seconds"][component]
        half_life = self.settings["half_life_seconds"][component]
        trust = half_life / (half_life + excess) if excess > 0.0 else 1.0
        low, high = sorted(score_of(curve, end) for end in ends)
        self.found[measure] = {
            "value": value,
            "score": score_of(curve, value),
            "low": low * trust,
            "high": max(100.0 - (100.0 - high) * trust, high),
            "age": age,
        }

    def exact(self, measure, value, reading):
        self.within(measure, value, (value, value), reading)

    def broken(self, measure, value, reading):
        age = max(seconds_between(reading["at"], self.now), 0.0)
        self.found[measure] = {"value": value, "score": 0.0, "low": 0.0, "high": 0.0, "age": age}

    def share(self, measure, part, whole, reading):
        if whole == 0:
            self.missing("no_observations", measure)
        else:
            part, whole = float(part), float(whole)
            self.within(measure, part / whole, wilson(part, whole, self.settings["confidence_z"]), reading)


def match_quality(sheet):
    reading, why = sheet.usable("match_quality")
    confirm = sheet.plan["match_confirmation"]
    if reading is None:
        return sheet.missing(why, "match_estimate", *(["match_confirmed"] if confirm else []))
    counts = reading["value"]
    events = float(counts["events"])
    if events == 0.0:
        sheet.missing("no_observations", "match_estimate")
    else:
        ends = []
        for end in ("low", "value", "high"):
            none = 1.0
            for key in KEYS:
                carried = float(counts["keys"][key])
                low, high = wilson(carried, events, sheet.settings["confidence_z"])
                share = {"low": low, "value": carried / events, "high": high}[end]
                none = none * (1.0 - sheet.settings["key_weights"][key] * share)
            ends.append(1.0 - none)
        sheet.within("match_estimate", ends[1], (ends[0], ends[2]), reading)
    if confirm and counts.get("confirmed") is None:
        sheet.missing("not_supplied", "match_confirmed")
    elif confirm:
        sheet.share("match_confirmed", counts["confirmed"], counts["events"], reading)


def api_health(sheet):
    reading, why = sheet.usable("api_calls")
    ask = sheet.plan["throttle_headroom"]
    if reading is None:
        sheet.missing(why, "api_success", "api_latency", *(["throttle_headroom"] if ask else []))
    else:
        calls = reading["value"]
        failures = ("failed_auth", "failed_throttled", "failed_server", "failed_client")
        failed = sum(calls[kind] for kind in failures)
        sheet.share("api_success", calls["calls"] - failed, calls["calls"], reading)
        if calls["calls"] == 0:
            sheet.missing("no_observations", "api_latency")
        else:
            sheet.exact("api_latency", float(calls["latency_p95_ms"]), reading)
        if ask and calls.get("throttle_headroom") is None:
            sheet.missing("not_supplied", "throttle_headroom")
        elif ask:
            sheet.exact("throttle_headroom", float(calls["throttle_headroom"]), reading)
    reading, why = sheet.usable("token")
    if reading is None:
        return sheet.missing(why, "token_life")
    token = reading["value"]
    ends = token.get("expires_at")
    days = None if ends is None else seconds_between(sheet.now, ends) / 86400.0
    if not token["valid"] or (days is not None and days <= 0.0):
        sheet.broken("token_life", 0.0, reading)
    elif days is not None and not token["renews"]:
        sheet.exact("token_life", days, reading)
    else:
        sheet.exact("token_life", 365.0, reading)


def event_loss(sheet):
    plan = sheet.plan
    by_browser, by_server, by_orders = plan["browser_events"], plan["server_events"], plan["independent_orders"]
    asked = ["lost_events"]
    asked += ["twin_match"] if by_browser and by_server else []
    if by_orders:
        asked += ["surplus_events"]
        asked += ["server_capture"] if by_server else []
        asked += ["browser_capture"] if by_browser else []
    reading, why = sheet.usable("events")
    if reading is None:
        return sheet.missing(why, *asked)
    counts = reading["value"]
    browser, server, matched = counts.get("browser"), counts.get("server"), counts.get("matched")
    twins_known = None not in (browser, server, matched)
    if by_browser and by_server:
        if twins_known:
            sheet.share("twin_match", matched, min(browser, server) or max(browser, server), reading)
        else:
            sheet.missing("not_supplied", "twin_match")
    if by_orders:
        against_orders(sheet, counts, reading)
    elif by_browser and by_server:
        jointly_lost(sheet, browser, server, matched, twins_known, reading)
    else:
        sheet.missing("no_independent_count", "lost_events")


def against_orders(sheet, counts, reading):
    plan, orders = sheet.plan, counts.get("independent")
    sides = [side for side in ("server", "browser") if plan[side + "_events"]]
    if orders is None:
        return sheet.missing("not_supplied", "lost_events", "surplus_events", *(side + "_capture" for side in sides))
    needed = [counts.get(side) for side in sides] + ([counts.get("matched")] if len(sides) == 2 else [])
    if not sides or None in needed:
        sheet.missing("not_supplied", "lost_events", "surplus_events")
    else:
        unique = sum(counts[side] for side in sides) - (counts["matched"] if len(sides) == 2 else 0)
        sheet.share("lost_events", max(orders - unique, 0), orders, reading)
        sheet.share("surplus_events", max(unique - orders, 0), unique, reading)
    for side in sides:
        if counts.get(side) is None:
            sheet.missing("not_supplied", side + "_capture")
        else:
            sheet.share(side + "_capture", min(counts[side], orders), orders, reading)


def jointly_lost(sheet, browser, server, matched, known, reading):
    if not known:
        sheet.missing("not_supplied", "lost_events")
    elif browser == 0 and server == 0:
        sheet.missing("no_observations", "lost_events")
    elif browser == 0 or server == 0:
        sheet.missing("no_independent_count", "lost_events")
    else:
        m, b, s = float(matched), float(browser), float(server)
        z = sheet.settings["confidence_z"]
        by_browser, by_server = wilson(m, s, z), wilson(m, b, z)
        value = (1.0 - m / s) * (1.0 - m / b)
        least = (1.0 - by_browser[1]) * (1.0 - by_server[1])
        most = (1.0 - by_browser[0]) * (1.0 - by_server[0])
        sheet.within("lost_events", value, (least, most), reading)


def platform_stability(sheet):
    reading, why = sheet.usable("platform")
    if reading is None:
        sheet.missing(why, "open_incidents", "rejected_changes", "api_sunset", "learning_share")
    else:
        state = reading["value"]
        sheet.exact("open_incidents", float(state["minor_incidents"] + 3 * state["major_incidents"]), reading)
        rejected = float(state["changes_rejected"]) / (float(state["changes_requested"]) + 4.0)
        sheet.exact("rejected_changes", rejected, reading)
        ends = state.get("api_sunset_at")
        days = 3650.0 if ends is None else seconds_between(sheet.now, ends) / 86400.0
        sheet.exact("api_sunset", days, reading)
        sheet.exact("learning_share", float(state["learning_share"]), reading)
    reading, why = sheet.usable("delivery")
    if reading is None:
        sheet.missing(why, "delivery_anomalies", "delivery_departure")
    else:
        scan = reading["value"]
        sheet.share("delivery_anomalies", scan["anomalous"], scan["points"], reading)
        if scan["points"]:
            sheet.exact("delivery_departure", scan["farthest"], reading)
        else:
            sheet.missing("no_observations", "delivery_departure")


def data_quality(sheet):
    defects = {
        "schema_violations": "schema_violations",
        "duplicate_records": "duplicates",
        "late_records": "late",
        "future_records": "future",
        "empty_values": "empty_values",
    }
    reading, why = sheet.usable("records")
    for measure, field in defects.items():
        if reading is None:
            sheet.missing(why, measure)
        else:
            sheet.share(measure, reading["value"][field], reading["value"]["records"], reading)
    reading, why = sheet.usable("feed")
    if reading is None:
        sheet.missing(why, "watermark_lag", "flat_feed")
    else:
        sheet.exact("watermark_lag", float(reading["value"]["lag_seconds"]) / 3600.0, reading)
        sheet.exact("flat_feed", float(reading["value"]["flat_hours"]), reading)
    if not sheet.plan["independent_orders"]:
        return
    reading, why = sheet.usable("revenue")
    if reading is None:
        return sheet.missing(why, "revenue_gap")
    revenue = reading["value"]
    more = float(max(revenue["platform"], revenue["independent"]))
    less = float(min(revenue["platform"], revenue["independent"]))
    if more == 0.0:
        return sheet.missing("no_observations", "revenue_gap")
    total, squares = float(revenue["independent"]), float(revenue["independent_squares"])
    orders = total * total / squares if squares > 0.0 else 1.0
    gap = 1.0 - less / more
    sheet.within("revenue_gap", gap, wilson(gap * orders, orders, sheet.settings["confidence_z"]), reading)
