"""What is left of a sale, the slow way: fractions of the smallest unit, each line looked up in every row, cut once where the page says so."""

import re
from fractions import Fraction

from attribution.journeys import minor, nanoseconds
from attribution.shapes import is_name
from customer.orders import readable
from money import PLACES, Refused, decimal_of, money_of
from shapes import ANY_TEXT, CURRENCY, TIME, boolean, list_of, money, number, struct, tagged, text

MOST = 2**53


def decimal_within(places, most, least):
    def holds(value):
        amount = decimal_of(value)
        if amount is None:
            return False
        exact = Fraction(amount)
        return (exact * 10**places).denominator == 1 and abs(exact) <= most and (least is None or exact > least)

    return text(holds)


PERCENT, RATE_NUMBER = decimal_within(6, 1000, None), decimal_within(12, 10**6, 0)
DAY = text(lambda value: re.fullmatch(r"\d{4}-\d\d-\d\d", value))
UNITS = number(int, 0, 2**32 - 1)


def tax_shape(value, path):
    if value != "none":
        tagged(included=struct(percent=PERCENT), added=struct(percent=PERCENT))(value, path)


LINE = struct(line=ANY_TEXT, product=ANY_TEXT, category_=ANY_TEXT, quantity=UNITS, unit_price=money, discount_=money,
              tax_=tax_shape, unit_cost_=money)
ORDER = struct(order=ANY_TEXT, at=TIME, lines=list_of(LINE), tax=tax_shape, discount_=money, shipping_charged_=money,
               shipping_cost_=money, fees_=struct(fixed=money, percent=PERCENT))
REFUNDED = tagged(
    everything=struct(goods_returned=boolean),
    part=struct(lines=list_of(struct(line=ANY_TEXT, amount=money, units_returned=UNITS)), shipping_=money),
)
COSTS = struct(
    products_=list_of(struct(product=ANY_TEXT, **{"from": TIME}, unit_cost=money)),
    categories_=list_of(struct(category=ANY_TEXT, margin_percent=PERCENT)),
    default_margin_percent_=PERCENT,
    bounds_=struct(low_percent=PERCENT, high_percent=PERCENT),
)
PROFIT = struct(
    currency=CURRENCY, orders=list_of(ORDER), costs_=COSTS,
    refunds_=list_of(struct(refund=ANY_TEXT, order=ANY_TEXT, at=TIME, what=REFUNDED)),
    spend_=list_of(struct(day=DAY, amount=money)),
    rates_=list_of(struct(**{"from": CURRENCY}, day=DAY, rate=RATE_NUMBER, source=ANY_TEXT)),
)


def refuse(code, *path):
    raise Refused("profit." + code, list(path))


def whole(amount):
    """The nearest whole number, halves away from zero."""
    size = (abs(amount) + Fraction(1, 2)).__floor__()
    return -size if amount < 0 else size


def kept(amount, *path):
    if abs(amount) > MOST:
        refuse("too_much_money", *path)
    return amount


def not_negative(row, *path):
    if minor(row) < 0:
        refuse("negative", *path)
    return minor(row)


def named(text_, *path):
    if not is_name(text_, 128):
        refuse("bad_name", *path)


def share(percent):
    return Fraction(decimal_of(percent)) / 100


def check_costs(costs):
    seen = set()
    for at, row in enumerate(costs.get("products", [])):
        named(row["product"], "costs", "products", at, "product")
        not_negative(row["unit_cost"], "costs", "products", at, "unit_cost")
        key = (row["product"], nanoseconds(row["from"]))
        if key in seen:
            refuse("repeated", "costs", "products", at)
        seen.add(key)
    margins = [(("costs", "categories", at, "margin_percent"), row["margin_percent"]) for at, row in enumerate(costs.get("categories", []))]
    for at, row in enumerate(costs.get("categories", [])):
        named(row["category"], "costs", "categories", at, "category")
        if row["category"] in [other["category"] for other in costs["categories"][:at]]:
            refuse("repeated", "costs", "categories", at)
    if costs.get("default_margin_percent") is not None:
        margins.append((("costs", "default_margin_percent"), costs["default_margin_percent"]))
    bounds = costs.get("bounds")
    for end in ("low_percent", "high_percent") if bounds else ():
        margins.append((("costs", "bounds", end), bounds[end]))
    for path, margin in margins:
        if not -10 <= share(margin) <= 1:
            refuse("out_of_range", *path)
    if bounds and share(bounds["low_percent"]) > share(bounds["high_percent"]):
        refuse("out_of_range", "costs", "bounds")


class Books:
    def __init__(self, value):
        self.currency, self.costs, self.used = value["currency"], value.get("costs") or {}, set()
        check_costs(self.costs)
        self.rates = {}
        for at, row in enumerate(value.get("rates", [])):
            named(row["source"], "rates", at, "source")
            if row["from"] == self.currency:
                refuse("out_of_range", "rates", at, "from")
            if (row["from"], row["day"]) in self.rates:
                refuse("repeated", "rates", at)
            self.rates[row["from"], row["day"]] = row

    def converted(self, amount, currency, day, *path):
        if currency == self.currency or amount == 0:
            return kept(amount, *path)
        if (currency, day) not in self.rates:
            refuse("rate_missing", *path)
        self.used.add((currency, day))
        units = Fraction(amount, 10 ** PLACES[currency]) * Fraction(decimal_of(self.rates[currency, day]["rate"]))
        return kept(whole(units * 10 ** PLACES[self.currency]), *path)


def percent_of(tax, *path):
    if tax == "none":
        return Fraction(0)
    kind = next(iter(tax))
    if not 0 <= share(tax[kind]["percent"]) <= 1:
        refuse("out_of_range", *path, kind, "percent")
    return share(tax[kind]["percent"])


def without_tax(amount, tax):
    return whole(amount / (1 + percent_of(tax))) if "included" in tax else amount


def paid(amount, tax):
    return amount + whole(amount * percent_of(tax)) if "added" in tax else amount


def in_currency(row, currency, *path):
    if money_of(row)[1] != currency:
        refuse("mixed_currencies", *path)
    return not_negative(row, *path)


def charged_lines(order, currency, here):
    """What was charged for each line, before and after discounts."""
    lines = []
    for at, line in enumerate(order["lines"]):
        path = (*here, "lines", at)
        for name in ("line", "product", "category"):
            if line.get(name) is not None:
                named(line[name], *path, name)
        if not 1 <= line["quantity"] <= 10**6:
            refuse("out_of_range", *path, "quantity")
        percent_of(line.get("tax") or "none", *path, "tax")
        full = kept(in_currency(line["unit_price"], currency, *path, "unit_price") * line["quantity"], *path, "unit_price")
        off = in_currency(line["discount"], currency, *path, "discount") if line.get("discount") else 0
        if off > full:
            refuse("discount_too_large", *path, "discount")
        if line["line"] in [other["line"] for other in order["lines"][:at]]:
            refuse("repeated", *path, "line")
        lines.append({"row": line, "full": full, "amount": full - off, "tax": line.get("tax") or order["tax"]})
    everything = sum(one["amount"] for one in lines)
    off = in_currency(order["discount"], currency, *here, "discount") if order.get("discount") else 0
    if off > everything:
        refuse("discount_too_large", *here, "discount")
    exact = [Fraction(off * one["amount"], everything) if everything else Fraction(0) for one in lines]
    parts = [one.__floor__() for one in exact]
    for at in sorted(range(len(lines)), key=lambda at: (parts[at] - exact[at], lines[at]["row"]["line"].encode()))[: off - sum(parts)]:
        parts[at] += 1
    for one, part in zip(lines, parts):
        one["amount"] -= part
        one["refunded"] = one["returned"] = 0
    return lines


def take_refund(refund, order, lines, shipping, currency, here):
    if nanoseconds(refund["at"]) < nanoseconds(order["at"]):
        refuse("refund_before_order", *here, "at")
    kind, what = next(iter(refund["what"].items()))
    if kind == "everything":
        shipping["refunded"] = shipping["charged"]
        for one in lines:
            one["refunded"] = one["amount"]
            one["returned"] = one["row"]["quantity"] if what["goods_returned"] else one["returned"]
        return
    for at, row in enumerate(what["lines"]):
        path = (*here, "what", "part", "lines", at)
        amount = in_currency(row["amount"], currency, *path, "amount")
        found = [one for one in lines if one["row"]["line"] == row["line"]]
        if not found:
            refuse("unknown_line", *path, "line")
        found[0]["refunded"] += amount
        found[0]["returned"] += row["units_returned"]
        if found[0]["refunded"] > found[0]["amount"]:
            refuse("refund_too_large", *path, "amount")
        if found[0]["returned"] > found[0]["row"]["quantity"]:
            refuse("returned_too_many", *path, "units_returned")
    path = (*here, "what", "part", "shipping")
    shipping["refunded"] += in_currency(what["shipping"], currency, *path) if what.get("shipping") else 0
    if shipping["refunded"] > shipping["charged"]:
        refuse("refund_too_large", *path)


def goods_cost(books, line, order, list_price, still):
    """By which rule, and between which ends."""
    row, at, costs = line["row"], nanoseconds(order["at"]), books.costs
    part = Fraction(still, row["quantity"])
    of_margin = lambda percent: whole(list_price * (1 - share(percent)) * part)
    dated = [cost for cost in costs.get("products", []) if cost["product"] == row["product"] and nanoseconds(cost["from"]) <= at]
    unit, rule = row.get("unit_cost"), "line"
    if unit is None and dated:
        unit, rule = max(dated, key=lambda cost: nanoseconds(cost["from"]))["unit_cost"], "product"
    if unit is not None:
        cost = books.converted(kept(not_negative(unit) * still), unit["currency"], order["at"][:10])
        return rule, cost, cost
    margins = {one["category"]: one["margin_percent"] for one in costs.get("categories", [])}
    if list_price > 0 and row.get("category") in margins:
        cost = of_margin(margins[row["category"]])
        return "category", cost, cost
    if list_price > 0 and costs.get("default_margin_percent") is not None:
        cost = of_margin(costs["default_margin_percent"])
        return "account", cost, cost
    if still == 0:
        return "returned", 0, 0
    if list_price > 0 and costs.get("bounds"):
        return "missing", of_margin(costs["bounds"]["high_percent"]), of_margin(costs["bounds"]["low_percent"])
    return "missing", 0, None


def span(low, high):
    return {"low_minor": low, "high_minor": high}


def less(left, right):
    return None if left is None or right is None else left - right


def sums(rows):
    """Field by field; an end that is missing once is missing in the sum."""
    ends = [[row[end] for row in rows] for end in ("low_minor", "high_minor")]
    return span(*(None if None in end else sum(end) for end in ends))


def finished(orders, plain, costs, fees, shipping_cost):
    """A statement from what has to be added up."""
    by_rule = {}
    for rule in {rule for rule, _, _ in costs}:
        mine = [(sold, cost) for other, sold, cost in costs if other == rule]
        by_rule[rule] = {"lines": len(mine), "sold_minor": sum(sold for sold, _ in mine), "cost": sums([cost for _, cost in mine])}
    goods = plain["list_minor"] - plain["discounts_minor"] - plain["refunded_minor"]
    cost = sums([cost for _, _, cost in costs]) if costs else span(0, 0)
    first = span(less(goods, cost["high_minor"]), less(goods, cost["low_minor"]))
    more = sums([fees, shipping_cost])
    with_shipping = [end if end is None else end + plain["shipping_minor"] for end in (first["low_minor"], first["high_minor"])]
    second = span(less(with_shipping[0], more["high_minor"]), less(with_shipping[1], more["low_minor"]))
    return {"orders": orders, **plain, "goods_minor": goods, "revenue_minor": goods + plain["shipping_minor"], "costs": by_rule,
            "fees": fees, "shipping_cost": shipping_cost, "contribution_1": first, "contribution_2": second}


def account(books, order, at, refunds):
    here, day = ("orders", at), order["at"][:10]
    if not order["lines"]:
        refuse("no_lines", *here, "lines")
    currency = order["lines"][0]["unit_price"]["currency"]
    percent_of(order["tax"], *here, "tax")
    lines = charged_lines(order, currency, here)
    charged = in_currency(order["shipping_charged"], currency, *here, "shipping_charged") if order.get("shipping_charged") else 0
    shipping = {"charged": charged, "refunded": 0}
    for place, refund in sorted(refunds, key=lambda one: (nanoseconds(one[1]["at"]), one[1]["refund"].encode())):
        take_refund(refund, order, lines, shipping, currency, ("refunds", place))
    bill = sum(paid(one["amount"], one["tax"]) for one in lines) + paid(charged, order["tax"])
    into = lambda amount, *path: books.converted(amount, currency, day, *here, *path)
    net = into(without_tax(charged, order["tax"]), "shipping_charged")
    plain = {"list_minor": 0, "discounts_minor": 0, "refunded_minor": 0, "known_1_minor": 0,
             "shipping_minor": net - (whole(Fraction(net * shipping["refunded"], charged)) if charged else 0)}
    fees = shipping_cost = span(0, None)
    if order.get("shipping_cost"):
        cost = not_negative(order["shipping_cost"], *here, "shipping_cost")
        shipping_cost = span(*[books.converted(cost, order["shipping_cost"]["currency"], day, *here, "shipping_cost")] * 2)
    if order.get("fees"):
        fixed = not_negative(order["fees"]["fixed"], *here, "fees", "fixed")
        if not 0 <= share(order["fees"]["percent"]) <= 1:
            refuse("out_of_range", *here, "fees", "percent")
        fixed = books.converted(fixed, order["fees"]["fixed"]["currency"], day, *here, "fees", "fixed")
        fees = span(*[fixed + into(whole(bill * share(order["fees"]["percent"])), "fees", "percent")] * 2)
    plain["paid_minor"] = into(bill, "lines")
    costs, answers = [], []
    for place, one in enumerate(lines):
        list_price, sold = (into(without_tax(one[what], one["tax"]), "lines", place, "unit_price") for what in ("full", "amount"))
        try:
            rule, low, high = goods_cost(books, one, order, list_price, one["row"]["quantity"] - one["returned"])
        except Refused as refused:
            raise Refused(refused.answer["code"], [*here, "lines", place, "unit_cost"]) from refused
        plain["list_minor"] += list_price
        plain["discounts_minor"] += list_price - sold
        plain["refunded_minor"] += whole(Fraction(sold * one["refunded"], one["amount"])) if one["amount"] else 0
        plain["known_1_minor"] += sold if rule != "missing" else 0
        costs.append((rule, sold, span(low, high)))
        answers.append({"line": one["row"]["line"], "rule": rule, "cost": span(low, high)})
    complete = order.get("fees") and order.get("shipping_cost")
    plain["known_2_minor"] = plain["known_1_minor"] if complete else 0
    answers.sort(key=lambda one: one["line"].encode())
    return order["order"], answers, plain, costs, fees, shipping_cost


def undefined(why):
    return {"undefined": why}


def ratio(over, under):
    return None if over is None or under is None else float(Fraction(over, under))


def returns(total, spend):
    left, revenue, orders = total["contribution_2"], total["revenue_minor"], total["orders"]
    low, high = left["low_minor"], left["high_minor"]
    per_spend = lambda ends: {"range": {"low": ratio(ends[0], spend), "high": ratio(ends[1], spend)}}
    if spend is None:
        third, roas, poas = (undefined("spend_missing") for _ in range(3))
    else:
        third = {"range": span(less(low, spend), less(high, spend))}
        roas, poas = (per_spend((revenue, revenue)), per_spend((low, high))) if spend else (undefined("no_spend"), undefined("no_spend"))
    if revenue <= 0:
        level = undefined("no_revenue")
    elif high <= 0:
        level = undefined("no_margin")
    else:
        level = {"range": {"low": ratio(revenue, high), "high": ratio(revenue, low if low and low > 0 else None)}}
    if not orders:
        cpa = undefined("no_orders")
    elif high <= 0:
        cpa = undefined("no_margin")
    else:
        cpa = {"range": span(None if low is None else Fraction(low, orders).__floor__(), Fraction(high, orders).__floor__())}
    return {"spend_minor": spend, "contribution_3": third, "roas": roas, "poas": poas, "break_even_roas": level, "break_even_cpa": cpa}


def profit(value):
    readable(PROFIT, value)
    books = Books(value)
    orders, refunds = value["orders"], value.get("refunds", [])
    for list_name, field, rows in (("orders", "order", orders), ("refunds", "refund", refunds)):
        for at, row in enumerate(rows):
            named(row[field], list_name, at, field)
            if row[field] in [other[field] for other in rows[:at]]:
                refuse("repeated", list_name, at, field)
            if list_name == "refunds" and row["order"] not in [order["order"] for order in orders]:
                refuse("unknown_order", "refunds", at, "order")
    accounts = []
    for at, order in enumerate(orders):
        accounts.append(account(books, order, at, [(place, one) for place, one in enumerate(refunds) if one["order"] == order["order"]]))
    accounts.sort(key=lambda one: one[0].encode())
    plain = {field: sum(one[2][field] for one in accounts) for field in (
        "paid_minor", "list_minor", "discounts_minor", "refunded_minor", "shipping_minor", "known_1_minor", "known_2_minor")}
    total = finished(len(accounts), plain, [cost for one in accounts for cost in one[3]],
                     sums([one[4] for one in accounts]), sums([one[5] for one in accounts]))
    spend = value.get("spend")
    if spend is not None:
        spend = sum(books.converted(not_negative(row["amount"], "spend", at, "amount"), row["amount"]["currency"], row["day"], "spend", at, "amount")
                    for at, row in enumerate(spend))
    sold = plain["list_minor"] - plain["discounts_minor"]
    return {
        "currency": books.currency,
        "orders": [{"order": name, "lines": lines, "statement": finished(1, *parts)} for name, lines, *parts in accounts],
        "total": total,
        "coverage_1": ratio(plain["known_1_minor"], sold or None),
        "coverage_2": ratio(plain["known_2_minor"], sold or None),
        "returns": returns(total, spend),
        "rates_used": [books.rates[key] for key in sorted(books.used)],
    }


CALLS = {"profit": profit}
