"""On which days did each person buy, the slow way: every order looked up by its name, every day worked out anew."""

import datetime

from attribution.journeys import SECOND, minor, nanoseconds
from attribution.shapes import CONVERSION, is_name
from money import Refused, money_of
from shapes import TIME, Unreadable, list_of, number, struct

DAY = 86400
OFFSET = number(int, -(2**31), 2**31 - 1)
ORDERS = {"conversions": list_of(CONVERSION), "utc_offset_seconds": OFFSET, "now": TIME}


def readable(shape, value):
    try:
        shape(value, [])
    except Unreadable as error:
        raise Refused("call.malformed", error.args[0]) from error


def refuse(path, code):
    raise Refused(f"purchases.{code}", path)


def check(number, row, now):
    path = ["conversions", number]
    if not is_name(row["person"], 128):
        refuse(path + ["person"], "bad_name")
    if row.get("order") is not None and not is_name(row["order"], 128):
        refuse(path + ["order"], "bad_name")
    at = nanoseconds(row["at"])
    if not 0 <= at < 2**32 * SECOND:
        refuse(path + ["at"], "outside_calendar")
    if at > nanoseconds(now):
        refuse(path + ["at"], "after_now")


def date(at, offset):
    """The calendar day of the account."""
    return datetime.date(1970, 1, 1) + datetime.timedelta(days=(at // SECOND + offset) // DAY)


def purchase_days(value):
    """Every person's days with (orders, value), the currency, and what repeats an order."""
    offset = value["utc_offset_seconds"]
    if abs(offset) >= DAY:
        refuse("utc_offset_seconds", "offset_out_of_range")
    rows, currency, total = [], None, 0
    repeated = {"rows": 0, "value_minor": 0}
    for number, row in enumerate(value["conversions"]):
        check(number, row, value["now"])
        path = ["conversions", number]
        found = money_of(row["value"])[1]
        if currency not in (None, found):
            refuse(path + ["value"], "mixed_currencies")
        currency = found
        worth = minor(row["value"])
        if worth < 0:
            refuse(path + ["value"], "negative_value")
        total += worth
        if total >= 2**63:
            refuse(path + ["value"], "too_much_value")
        said = (row["person"], nanoseconds(row["at"]), worth)
        earlier = [one for name, one in rows if name is not None and name == row.get("order")]
        if earlier and earlier[0] != said:
            refuse(path + ["order"], "contradictory_order")
        if earlier:
            repeated = {"rows": repeated["rows"] + 1, "value_minor": repeated["value_minor"] + worth}
        else:
            rows.append((row.get("order"), said))
    today = date(nanoseconds(value["now"]), offset)
    persons = {}
    for _, (person, at, worth) in rows:
        day = date(at, offset)
        orders, before = persons.setdefault(person, {}).get(day, (0, 0))
        persons[person][day] = (orders + 1, before + worth)
    return persons, today, currency, repeated


def histories(value):
    readable(struct(**ORDERS), value)
    persons, today, currency, repeated = purchase_days(value)
    rows = []
    for person in sorted(persons, key=str.encode):
        first, *later = sorted(persons[person])
        last = later[-1] if later else first
        rows.append({
            "person": person,
            "frequency": len(later),
            "recency": float((last - first).days),
            "age": float((today - first).days),
            "repeat_value_minor": sum(persons[person][day][1] for day in later),
        })
    return {"currency": currency, "repeated": repeated, "customers": rows}


CALLS = {"histories": histories}
