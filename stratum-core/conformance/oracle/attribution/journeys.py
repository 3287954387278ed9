"""Which touch counts for which conversion, the slow way: one person after the other, one event after the other."""

import datetime
import re
from collections import Counter

from attribution.shapes import is_name, refuse_unreadable
from money import PLACES, Refused, money_of
from reading import moment, written

SECOND = 10**9
DAY = 86400
BASELINE = {"meta": (7, 1), "google": (30, 0), "tiktok": (7, 1), "snapchat": (28, 1), "other": (7, 1)}
BUCKETS = [(0, 0), (1, 1), (2, 3), (4, 7), (8, 14), (15, 30), (31, 60), (61, None)]
STATES = ["start", "channel", "rest", "longer", "converted", "lapsed", "open"]


def baseline():
    seconds = lambda days: {"click_seconds": days[0] * DAY, "view_seconds": days[1] * DAY}
    return {"windows": {name: seconds(days) for name, days in BASELINE.items()}, "session_gap": 1800}


def nanoseconds(text):
    """Since 1970, with every digit."""
    text = text.replace("z", "Z")
    zone = re.search(r"([+-])(\d\d):(\d\d)$", text)
    ahead = 0
    if zone:
        ahead = (int(zone[2]) * 60 + int(zone[3])) * 60 * (1 if zone[1] == "+" else -1)
        text = text[: zone.start()] + "Z"
    digits = (re.search(r"\.(\d+)", text) or [None, "0"])[1]
    whole = moment(re.sub(r"\.\d+", "", text)) * 1000 - ahead * SECOND
    return whole + int((digits + "0" * 9)[:9])


def minor(value):
    amount, currency = money_of(value)
    return int(amount.scaleb(PLACES[currency]))


def check_name(text, path):
    if not text:
        raise Refused("journeys.empty_name", path)
    if len(text.encode()) > 128:
        raise Refused("journeys.name_too_long", path)
    if not is_name(text, 128):
        raise Refused("journeys.control_character", path)


def check_moment(text, path):
    at = nanoseconds(text)
    if not 0 <= at < 2**32 * SECOND:
        raise Refused("journeys.outside_calendar", path)
    return at


def checked(value, windows):
    """Touches and sales by person, with what is wrong refused in the order of the rows."""
    persons, when, without, currency, total = {}, [], 0, None, 0
    for number, row in enumerate(value["touchpoints"]):
        place = ["touchpoints", number]
        for field in ("person", "channel"):
            check_name(row[field], place + [field])
        at = check_moment(row["at"], place + ["at"])
        window = windows.get(row.get("platform") or "other", windows["other"])[row["kind"] + "_seconds"]
        without += window == 0
        if window:
            touch = {"at": at, "until": at + window * SECOND, "channel": row["channel"]}
            persons.setdefault(row["person"], ([], []))[0].append(touch)
        when.append((at, place))
    for number, row in enumerate(value["conversions"]):
        place = ["conversions", number]
        check_name(row["person"], place + ["person"])
        if row.get("order") is not None:
            check_name(row["order"], place + ["order"])
        at = check_moment(row["at"], place + ["at"])
        if currency not in (None, row["value"]["currency"]):
            raise Refused("journeys.mixed_currencies", place + ["value"])
        worth = minor(row["value"])
        if worth < 0:
            raise Refused("journeys.negative_value", place + ["value"])
        currency, total = row["value"]["currency"], total + worth
        if total >= 2**63:
            raise Refused("journeys.too_much_value", place + ["value"])
        sale = {"at": at, "order": row.get("order"), "value": worth}
        persons.setdefault(row["person"], ([], []))[1].append(sale)
        when.append((at, place))
    now = check_moment(value["now"], "now")
    latest = max((at for at, _ in when), default=now)
    if latest > now:
        raise Refused("journeys.after_now", next(place for at, place in when if at == latest) + ["at"])
    return persons, now, without, currency


def without_duplicates(sales):
    """Of each order the earliest row counts, at one instant the one of the smallest value."""
    known, kept, dropped = set(), [], []
    for sale in sorted(sales, key=lambda one: (one["at"], one["value"])):
        again = sale["order"] is not None and sale["order"] in known
        (dropped if again else kept).append(sale)
        known.add(sale["order"])
    return kept, dropped


def journeys_of(touches, sales, now):
    """One person's journeys in the order in which they close, and the conversions that nothing counts for."""
    closed, untouched, waiting = [], [], []

    def close(outcome, end, rows, worth=()):
        rows = sorted(rows, key=lambda touch: (touch["at"], touch["channel"].encode(), touch["until"]))
        closed.append({"outcome": outcome, "end": end, "touches": rows, "worth": list(worth)})

    def pass_time(at):
        if waiting and max(touch["until"] for touch in waiting) < at:
            close("lapsed", max(touch["until"] for touch in waiting), waiting)
            waiting.clear()

    for at in sorted({one["at"] for one in touches + sales}):
        pass_time(at)
        waiting.extend(touch for touch in touches if touch["at"] == at)
        worth = [sale["value"] for sale in sales if sale["at"] == at]
        if worth:
            counting = [touch for touch in waiting if touch["until"] >= at]
            expired = [touch for touch in waiting if touch["until"] < at]
            if expired:
                close("lapsed", max(touch["until"] for touch in expired), expired)
            if counting:
                close("converted", at, counting, worth)
            else:
                untouched.extend(worth)
            waiting.clear()
    pass_time(now)
    if waiting:
        close("open", now, waiting)
    return closed, untouched


def row_of(person, journey, gap):
    end, session, before, touches = journey["end"] // SECOND, 0, None, []
    for touch in journey["touches"]:
        session += before is None or touch["at"] - before >= gap * SECOND
        before = touch["at"]
        ago = end - touch["at"] // SECOND
        window = touch["until"] // SECOND - touch["at"] // SECOND
        touches.append({"channel": touch["channel"], "seconds_before_end": ago, "session": session, "window": window})
    return {
        "person": person,
        "outcome": journey["outcome"],
        "ended_at": written(end * 1_000_000),
        "touches": touches,
        "conversions": len(journey["worth"]),
        "value_minor": sum(journey["worth"]),
    }


def shown(row):
    """As it is answered: without the windows, which the caller gave."""
    touches = [{name: touch[name] for name in touch if name != "window"} for touch in row["touches"]]
    return {**row, "touches": touches}


def tally(values):
    values = list(values)
    return {"conversions": len(values), "value_minor": sum(values)}


def built(value):
    """The rows, the totals and the currency."""
    rules = value.get("rules") or baseline()
    persons, now, without, currency = checked(value, rules["windows"])
    rows, untouched, dropped = [], [], []
    for person in sorted(persons, key=str.encode):
        touches, sales = persons[person]
        sales, duplicates = without_duplicates(sales)
        closed, alone = journeys_of(touches, sales, now)
        rows += [row_of(person, journey, rules["session_gap"]) for journey in closed]
        untouched += alone
        dropped += [sale["value"] for sale in duplicates]
    ended = Counter(row["outcome"] for row in rows)
    converted = {name: sum(row[name] for row in rows) for name in ("conversions", "value_minor")}
    totals = {
        **{f"journeys_{outcome}": ended[outcome] for outcome in ("converted", "lapsed", "open")},
        "touches": sum(len(row["touches"]) for row in rows),
        "touches_without_window": without,
        "converted": converted,
        "untouched": tally(untouched),
        "duplicates": tally(dropped),
    }
    return rows, totals, currency


def as_paths(value):
    """Journeys as counted paths with times, and what models say they shared out."""
    rows, totals, _ = built(value)
    nothing = {"conversions": 0, "value_minor": 0, "lapsed": 0}
    paths = []
    for row in rows:
        counts = {"conversions": row["conversions"], "value_minor": row["value_minor"], "lapsed": row["outcome"] == "lapsed"}
        path = [touch["channel"] for touch in row["touches"]]
        times = [touch["seconds_before_end"] for touch in row["touches"]]
        paths.append((path, counts | {"lapsed": int(counts["lapsed"])}, times) if row["outcome"] != "open" else (path, nothing, times))
    touched = {**totals["converted"], "lapsed": totals["journeys_lapsed"]}
    return paths, {"touched": touched, "untouched": {**totals["untouched"], "lapsed": 0}, "open": totals["journeys_open"]}


def path_of(row):
    return tuple(touch["channel"] for touch in row["touches"])


def top_paths(rows, most, currency):
    counted = []
    for path in sorted({path_of(row) for row in rows}, key=lambda path: [name.encode() for name in path]):
        of = [row for row in rows if path_of(row) == path]
        ended = Counter(row["outcome"] for row in of)
        sums = {name: sum(row[name] for row in of) for name in ("conversions", "value_minor")}
        outcomes = {outcome: ended[outcome] for outcome in ("converted", "lapsed", "open")}
        counted.append({"path": list(path), "journeys": len(of), **outcomes, **sums})
    distinct = len(counted)
    counted.sort(key=lambda row: (-row["conversions"], -row["value_minor"], -row["journeys"]))
    return {"currency": currency, "distinct_paths": distinct, "rows": counted[:most]}


def rank(state):
    kind = state if isinstance(state, str) else "channel"
    return STATES.index(kind), b"" if isinstance(state, str) else state["channel"].encode()


def steps_of(rows):
    for row in rows:
        yield ["start", *({"channel": name} for name in path_of(row)), row["outcome"]]


def transitions(rows):
    counted = []
    for states in steps_of(rows):
        counted += zip(states, states[1:])
    distinct = [step for at, step in enumerate(counted) if step not in counted[:at]]
    distinct.sort(key=lambda step: (rank(step[0]), rank(step[1])))
    return {"rows": [{"from": a, "to": b, "count": counted.count((a, b))} for a, b in distinct]}


def time_lags(rows, lag_from, offset, currency):
    def lag(row):
        end = moment(row["ended_at"]) // 1_000_000
        before = row["touches"][0 if lag_from == "first_touch" else -1]["seconds_before_end"]
        date = lambda seconds: datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=seconds + offset)
        return (date(end).date() - date(end - before).date()).days

    converted = [row for row in rows if row["outcome"] == "converted"]
    counted = []
    for least, most in BUCKETS:
        of = [row for row in converted if least <= lag(row) <= (10**6 if most is None else most)]
        sums = {name: sum(row[name] for row in of) for name in ("conversions", "value_minor")}
        counted.append({"from_days": least, "to_days": most, "journeys": len(of), **sums})
    return {"from": lag_from, "currency": currency, "rows": counted}


def path_lengths(rows, currency):
    counted = []
    for touches in sorted({len(row["touches"]) for row in rows}):
        of = [row for row in rows if len(row["touches"]) == touches]
        outcomes = {name: sum(row["outcome"] == name for row in of) for name in ("converted", "lapsed", "open")}
        sums = {name: sum(row[name] for row in of) for name in ("conversions", "value_minor")}
        counted.append({"touches": touches, **outcomes, **sums})
    return {"currency": currency, "rows": counted}


def assists(rows, totals, currency):
    counted = []
    for channel in sorted({name for row in rows for name in path_of(row)}, key=str.encode):
        of = [row for row in rows if row["outcome"] == "converted" and channel in path_of(row)]
        last = [row for row in of if path_of(row)[-1] == channel]
        assisted = [row for row in of if path_of(row)[-1] != channel]
        counted.append({
            "channel": channel,
            "touched": len(of),
            "first_touch": sum(path_of(row)[0] == channel for row in of),
            "last_touch": len(last),
            "assist_only": len(assisted),
            "last_touch_value_minor": sum(row["value_minor"] for row in last),
            "overlapping_assisted_value_minor": sum(row["value_minor"] for row in assisted),
        })
    journeys, converted = totals["journeys_converted"], totals["converted"]
    return {"currency": currency, "journeys_converted": journeys, "converted": converted, "rows": counted}


def flow(rows, steps, channels):
    seen = Counter(name for row in rows for name in set(path_of(row)[:steps]))
    shown = sorted(seen, key=lambda name: (-seen[name], name.encode()))[:channels]
    nodes, links = [], []
    for states in steps_of(rows):
        touches = [state if state["channel"] in shown else "rest" for state in states[1:-1][:steps]]
        longer = ["longer"] if len(states) - 2 > steps else []
        way = list(enumerate(["start", *touches, *longer, states[-1]]))
        nodes += way
        links += zip(way, way[1:])
    order = sorted([node for at, node in enumerate(nodes) if node not in nodes[:at]], key=lambda node: (node[0], rank(node[1])))
    pairs = sorted({(order.index(a), order.index(b)) for a, b in links})
    return {
        "nodes": [{"step": node[0], "state": node[1], "journeys": nodes.count(node)} for node in order],
        "links": [{"from": a, "to": b, "journeys": links.count((order[a], order[b]))} for a, b in pairs],
    }


def answer(value):
    refuse_unreadable("journeys", value)
    tables = value.get("tables")
    if tables and abs(tables["utc_offset_seconds"]) >= DAY:
        raise Refused("journeys.offset_out_of_range", "tables.utc_offset_seconds")
    rows, totals, currency = built(value)
    whole = {"currency": currency, "totals": totals, "journeys": [shown(row) for row in rows]}
    if tables:
        admitted = [row for row in rows if tables["open"] == "count" or row["outcome"] != "open"]
        whole["tables"] = {
            "top_paths": top_paths(admitted, tables["paths_max"], currency),
            "transitions": transitions(admitted),
            "time_lags": time_lags(rows, tables["lag_from"], tables["utc_offset_seconds"], currency),
            "path_lengths": path_lengths(rows, currency),
            "assists": assists(rows, totals, currency),
            "flow": flow(admitted, tables["flow_steps"], tables["flow_channels"]),
        }
    return whole


CALLS = {"journeys": answer}
