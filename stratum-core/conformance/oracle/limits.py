"""Limits, the slow way. Each answers ("kept",), ("lacks", what) or ("broken", largest amount that passes, seconds to wait)."""

from money import Decimal, decimal_of, money_of, rounded_down
from reading import moment, seconds_between

LACKING = ["before", "amount", "positive_amount", "same_currency", "currency_rate", "baseline", "performance"]
KEPT = ("kept",)
BROKEN = ("broken", None, None)


def amounts(action):
    """(kind, before, after) of an action; a resumed or launched campaign starts from nothing, a paused one ends there."""
    kind, fields = next(iter(action.items()))

    def read(field):
        return money_of(fields[field]) if fields.get(field) is not None else None

    if kind in ("set_daily_budget", "set_bid"):
        return kind, read("before"), read("after")
    budget = read("daily_budget")
    nothing = None if budget is None else (Decimal(0), budget[1])
    return (kind, budget, nothing) if kind == "pause" else (kind, nothing, budget)


def broken_above(amount, currency):
    positive = amount > 0 and abs(amount) <= 1_000_000_000_000
    return ("broken", (amount, currency) if positive else None, None)


def at_most_percent(after, base, percent):
    if after[1] != base[1]:
        return ("lacks", "currency_rate")
    exact = base[0] * (100 + percent) / 100
    return KEPT if after[0] <= exact else broken_above(rounded_down(exact, base[1]), base[1])


def is_of_campaign(change, proposal):
    campaign = next(iter(proposal["action"].values()))["campaign"]
    return change["account"] == proposal["account"] and change["campaign"] == campaign


def rate_of(view, one, other):
    if one == other:
        return Decimal(1)
    rates = [decimal_of(r["rate"]) for r in view.get("rates", []) if (r["from"], r["to"]) == (one, other)]
    return max((rate for rate in rates if rate > 0), default=None)


def step_of(before, after, currency, view):
    """How much more after than before, in another currency: ("amount", how much) or ("lacks", what)."""
    if before[1] != after[1]:
        return ("lacks", "same_currency")
    step = after[0] - before[0]
    if step <= 0:
        return ("amount", Decimal(0))
    rate = rate_of(view, after[1], currency)
    return ("lacks", "currency_rate") if rate is None else ("amount", step * rate)


def sum_of_increases(changes, currency, view):
    total, lacking = Decimal(0), []
    for change in changes:
        before = money_of(change["before"]) if change.get("before") else None
        after = money_of(change["after"]) if change.get("after") else None
        if before and after:
            kind, step = step_of(before, after, currency, view)
            if kind == "lacks":
                lacking.append(step)
            else:
                total += step
        elif after and change["direction"] == "increase":
            lacking.append("before")
    return ("lacks", min(lacking, key=LACKING.index)) if lacking else ("amount", total)


def total_at_most(before, after, changes, most, view):
    kind, so_far = sum_of_increases(changes, most[1], view)
    if kind == "lacks":
        return ("lacks", so_far)
    if after is None:
        return ("lacks", "amount")
    if before is None:
        return ("lacks", "before")
    if after[1] != most[1]:
        kind, step = step_of(before, after, most[1], view)
        if kind == "lacks":
            return ("lacks", step)
        return KEPT if so_far + step <= most[0] else BROKEN
    return sum_at_most(before, after, so_far, most)


def sum_at_most(before, after, so_far, most):
    if before[1] != most[1] or after[1] != most[1]:
        return ("lacks", "currency_rate")
    room = before[0] + most[0] - so_far
    if after[0] <= room:
        return KEPT
    amount = rounded_down(room, most[1])
    return broken_above(amount, most[1]) if amount > before[0] else BROKEN


def performance_of(evidence, proposal, now):
    """The measured performance of the campaign, or None: of another account, missing, or from the future."""
    scope = evidence["scope"]
    about = all(scope[field] == proposal[field] for field in ("tenant", "platform", "account"))
    measured = evidence.get("performance", {}).get("measured") if about else None
    if measured is None or seconds_between(now, measured["at"]) > 300.0:
        return None
    return measured


def check(rule, proposal, evidence, view, now):
    name, numbers = next(iter(rule.items()))
    kind, before, after = amounts(proposal["action"])
    day_began = moment(view["account_day_began"])
    changes = view.get("applied", [])
    own = [change for change in changes if is_of_campaign(change, proposal)]
    if name == "increase_percent":
        if before is None or after is None:
            return ("lacks", "amount" if after is None else "before")
        if before[0] > 0:
            return at_most_percent(after, before, decimal_of(numbers["at_most"]))
        from_nothing = before[0] == 0 and kind in ("set_bid", "set_daily_budget")
        return ("lacks", "before") if from_nothing else KEPT
    if name == "changes_per_day":
        return KEPT if sum(moment(c["at"]) >= day_began for c in own) < numbers["at_most"] else BROKEN
    if name == "cooldown":
        return cooldown(own, numbers["seconds"], now)
    if name in ("spend_today", "minimum_return"):
        return by_performance(name, numbers, performance_of(evidence, proposal, now), day_began, now)
    # What follows adds up daily budgets; a bid has none.
    if kind == "set_bid":
        return KEPT
    if name == "account_daily_increase":
        today = [c for c in changes if c["account"] == proposal["account"] and moment(c["at"]) >= day_began]
        return total_at_most(before, after, today, money_of(numbers["at_most"]), view)
    if name == "portfolio_increase":
        recent = [c for c in changes if seconds_between(c["at"], now) <= numbers["within_seconds"]]
        return total_at_most(before, after, recent, money_of(numbers["at_most"]), view)
    if before is None or after is None:
        return ("lacks", "amount" if after is None else "before")
    if name == "increase_amount":
        return sum_at_most(before, after, Decimal(0), money_of(numbers["at_most"]))
    if name == "campaign_daily_budget":
        most = money_of(numbers["at_most"])
        if most[1] != after[1]:
            return ("lacks", "currency_rate")
        return KEPT if after[0] <= most[0] else broken_above(*most)
    if name == "rolling_increase_percent":
        return rolling(own, before, after, numbers, now)
    assert name == "cumulative_increase_percent", name
    campaign = next(iter(proposal["action"].values()))["campaign"]
    bases = [money_of(b["daily_budget"]) for b in view.get("baselines", []) if b["campaign"] == campaign]
    return at_most_percent(after, min(bases), decimal_of(numbers["at_most"])) if bases else ("lacks", "baseline")


def cooldown(own, seconds, now):
    if not own:
        return KEPT
    last = max(moment(change["at"]) // 1000 for change in own)
    left = last + seconds * 1000 - moment(now) // 1000
    return ("broken", None, min(-(-left // 1000), 2**32 - 1)) if left > 0 else KEPT


def rolling(own, before, after, numbers, now):
    within = [c for c in own if c.get("after") and seconds_between(c["at"], now) <= numbers["within_seconds"]]
    if not within:
        base = before
    else:
        first = min(moment(change["at"]) for change in within)
        stood = [change.get("before") for change in within if moment(change["at"]) == first]
        if None in stood:
            return ("lacks", "before")
        base = min(money_of(one) for one in stood)
    return at_most_percent(after, base, decimal_of(numbers["at_most"]))


def by_performance(name, numbers, measured, day_began, now):
    if measured is None:
        return ("lacks", "performance")
    values = {field: money_of(value) for field, value in measured["value"].items()}
    if name == "spend_today":
        most = money_of(numbers["at_most"])
        if moment(measured["at"]) < day_began or seconds_between(measured["at"], now) > 3 * 3600.0:
            return ("lacks", "performance")
        if values["spend_today"][1] != most[1]:
            return ("lacks", "currency_rate")
        return KEPT if values["spend_today"][0] <= most[0] else BROKEN
    spend, revenue = values["spend"], values["revenue"]
    if spend[1] != revenue[1]:
        return ("lacks", "currency_rate")
    if spend[0] <= 0:
        return ("lacks", "performance")
    return KEPT if revenue[0] >= spend[0] * decimal_of(numbers["at_least"]) else BROKEN
