"""Who gets credit, the slow way: rules in whole units, games over every ordering, chains solved anew for every channel.

Exact: whole numbers and fractions throughout. The engine computes games of rates and chains in floats, so that its answer is
compared within a tolerance there (README.md).
"""

import itertools
from fractions import Fraction

from attribution import journeys
from attribution.shapes import refuse_unreadable
from money import Refused

ONE = 2**52  # A path is divided into so many units.
COUNTED = ("conversions", "value_minor", "lapsed")


class Unknown:
    """What is not recomputed here: a number that only has to be one, or something that is looked at in another way."""

    def __init__(self, number=True):
        self.number = number

    def fits(self, expected):
        return not self.number or isinstance(expected, (int, float)) and not isinstance(expected, bool)


UNKNOWN = Unknown()


def counts_of(row):
    return {name: row.get(name) or 0 for name in COUNTED}


def added(rows):
    return {name: sum(row[name] for row in rows) for name in COUNTED}


def paths_of(rows):
    """Checked rows as (path, counts, no times)."""
    for number, row in enumerate(rows):
        for place, name in enumerate(row["path"]):
            if not name:
                raise Refused("attribution.empty_channel", ["paths", number, "path", place])
            if len(name.encode()) > 256:
                raise Refused("attribution.long_channel", ["paths", number, "path", place])
    seen = []
    for number, row in enumerate(rows):
        counts = counts_of(row)
        if counts["value_minor"] < 0:
            raise Refused("attribution.negative_value", ["paths", number, "value_minor"])
        if counts["value_minor"] > 0 and counts["conversions"] == 0:
            raise Refused("attribution.value_without_conversion", ["paths", number, "value_minor"])
        seen.append(counts)
        total = added(seen)
        if total["conversions"] + total["lapsed"] >= 2**64 or total["value_minor"] >= 2**63:
            raise Refused("attribution.too_large", ["paths", number])
    return [(row["path"], counts, None) for row, counts in zip(rows, seen)]


def by_bytes(names):
    return sorted(set(names), key=str.encode)


def whole_parts(amount, parts):
    """Whole numbers that add up: the floor of each, and one more to the largest remainders, equal ones in order."""
    floors = [part.__floor__() for part in parts]
    order = sorted(range(len(parts)), key=lambda at: floors[at] - parts[at])
    for at in order[: max(amount - sum(floors), 0)]:
        floors[at] += 1
    return floors


def answer(model, names, shares, conversions, values, totals):
    rows = zip(names, shares, conversions, values)
    credits = [
        {"channel": name, "share": float(share), "conversions": float(part), "value_minor": value}
        for name, share, part, value in rows
    ]
    return {"model": model, "credits": credits, "totals": totals}


def divided(weights):
    """The units of each touch; what rounding leaves goes to the first touches that have a weight."""
    total = sum(weights)
    parts = [ONE * weight // total for weight in weights]
    left = ONE - sum(parts)
    for at, weight in enumerate(weights):
        if weight and left:
            parts[at] += 1
            left -= 1
    return parts


def by_units(model, paths, names, totals, weigh):
    """Credit in whole units of a path, added up."""
    conversions, values = dict.fromkeys(names, 0), dict.fromkeys(names, 0)
    for path, counts, times in paths:
        if path and counts["conversions"]:
            channels, weights = weigh(path, times)
            for channel, units in zip(channels, divided(weights)):
                conversions[channel] += units * counts["conversions"]
                values[channel] += units * counts["value_minor"]
    parts = [Fraction(conversions[name], ONE) for name in names]
    earned = totals["touched"]["conversions"]
    shares = [float(part) / earned if earned else 0.0 for part in parts]
    minor = whole_parts(totals["touched"]["value_minor"], [Fraction(values[name], ONE) for name in names])
    return answer(model, names, shares, parts, minor, totals)


def ends_and_between(touches, first, between, last):
    if touches == 1:
        return [1]
    if touches == 2:
        return [2 * first + between, between + 2 * last]
    return [first * (touches - 2), *[between] * (touches - 2), last * (touches - 2)]


def in_a_w(touches):
    if touches < 3:
        return [1] * touches
    middle = {(touches - 1) // 2, touches // 2}
    others = touches - 2 - len(middle)
    weights = [Fraction(10, others) if others else Fraction(0)] * touches
    for at in middle:
        weights[at] = Fraction(30, len(middle))
    weights[0] = weights[-1] = Fraction(30)
    scale = 2 * max(others, 1)
    return [int(weight * scale) for weight in weights]


def weights_of(rule, path, times):
    kind, touches = rule["rule"], len(path)
    if kind == "first_touch":
        return [1] + [0] * (touches - 1)
    if kind == "last_touch":
        return [0] * (touches - 1) + [1]
    if kind == "last_non_direct":
        others = [at for at, channel in enumerate(path) if channel not in rule["direct"]]
        last = others[-1] if others else touches - 1
        return [int(at == last) for at in range(touches)]
    if kind == "linear":
        return [1] * touches
    if kind == "position_based":
        return ends_and_between(touches, 40, 20, 40)
    if kind == "w_shaped":
        return in_a_w(touches)
    if kind == "custom":
        return ends_and_between(touches, rule["first"], rule["between"], rule["last"])
    if times is None:
        raise Refused("attribution.times_needed", "paths")
    ages = [Fraction(at - min(times), rule["half_life_seconds"]) for at in times]
    return [round(2.0 ** (40 - float(age))) for age in ages]


def name_of(rule):
    return {
        "position_based": "position_based 40/20/40",
        "w_shaped": "w_shaped 30/30/30/10",
        "time_decay": f"time_decay half-life {rule.get('half_life_seconds')} s",
        "custom": f"custom {rule.get('first')}/{rule.get('between')}/{rule.get('last')}",
    }.get(rule["rule"], rule["rule"])


def by_rule(rule, paths, names, totals, at):
    if rule["rule"] == "time_decay" and rule["half_life_seconds"] == 0:
        raise Refused("attribution.no_half_life", at + ["rule", "half_life_seconds"])
    if rule["rule"] == "custom" and rule["first"] == rule["between"] == rule["last"] == 0:
        raise Refused("attribution.unusable_weights", at + ["rule"])
    return by_units(name_of(rule), paths, names, totals, lambda path, times: (path, weights_of(rule, path, times)))


def from_shares(model, names, shares, totals):
    touched = totals["touched"]
    earned = [share * touched["conversions"] for share in shares]
    values = [share * touched["value_minor"] for share in shares]
    minor = whole_parts(touched["value_minor"], values) if any(shares) else [0] * len(names)
    return answer(model, names, shares, earned, minor, totals)


def rate(paths, within):
    inside = [counts for path, counts, _ in paths if path and set(path) <= within]
    won = sum(counts["conversions"] for counts in inside)
    ended = won + sum(counts["lapsed"] for counts in inside)
    return Fraction(won, ended) if ended else Fraction(0)


def by_orderings(players, worth):
    """The Shapley value as it is defined: what each adds to those before it, averaged over all orderings."""
    known = {}

    def worth_of(before):
        key = frozenset(before)
        if key not in known:
            known[key] = worth(key)
        return known[key]

    values, orderings = dict.fromkeys(players, Fraction(0)), 0
    for ordering in itertools.permutations(players):
        orderings += 1
        for at, player in enumerate(ordering):
            values[player] += worth_of(ordering[: at + 1]) - worth_of(ordering[:at])
    return {player: value / orderings for player, value in values.items()}


def by_game(game, paths, names, totals, at):
    kind, players = game["game"], by_bytes(channel for path, _, _ in paths for channel in path)
    if kind == "sum_game":
        evenly = lambda path, _: (by_bytes(path), [1] * len(set(path)))
        return by_units("shapley sum game", paths, names, totals, evenly)
    title = "shapley rate game"
    if kind == "rate_game_sampled":
        pairs = game["pairs"]
        if not 16 <= pairs <= 1_000_000:
            raise Refused("attribution.out_of_range", at + ["shapley", "pairs"])
        title += f", {pairs} pairs of orderings, seed {game['seed']}"
        if len(players) > 2:
            unknown = {"share": UNKNOWN, "conversions": UNKNOWN, "value_minor": UNKNOWN}
            return {"model": title, "credits": [{"channel": name, **unknown} for name in names], "totals": totals}
    elif len(players) > 20:
        raise Refused("attribution.too_many_channels", "paths")
    worths = by_orderings(players, lambda within: rate(paths, within))
    together = rate(paths, set(players))
    shares = [worths.get(name, Fraction(0)) / together if together else Fraction(0) for name in names]
    return from_shares(title, names, shares, totals)


def chance_of_conversion(paths, order, removed):
    """From the start of the chain of this order, with every step to the removed channel leading nowhere."""
    steps = {}
    for path, counts, _ in paths:
        ended = counts["conversions"] + counts["lapsed"]
        if not path or not ended:
            continue
        states = [tuple(path[max(0, touches - order) : touches]) for touches in range(len(path) + 1)]
        for state, channel, after in zip(states, path, states[1:]):
            steps.setdefault(state, []).append((channel, after, ended))
        steps.setdefault(states[-1], []).append((None, True, counts["conversions"]))
        steps.setdefault(states[-1], []).append((None, False, counts["lapsed"]))
    if () not in steps:
        return Fraction(0)
    states = sorted(steps)
    rows = []
    for state in states:
        visits = sum(count for _, _, count in steps[state])
        row = dict.fromkeys(states, Fraction(0)) | {state: Fraction(1), None: Fraction(0)}
        for channel, after, count in steps[state]:
            part = Fraction(count, visits)
            if channel is None:
                row[None] += part if after else 0
            elif channel != removed:
                row[after] -= part
        rows.append(row)
    return eliminated(rows, states)[()]


def eliminated(rows, unknowns):
    """Gauss and Jordan in fractions; the right-hand side stands under None."""
    for at, unknown in enumerate(unknowns):
        pivot = next(place for place in range(at, len(rows)) if rows[place][unknown])
        rows[at], rows[pivot] = rows[pivot], rows[at]
        scale = rows[at][unknown]
        rows[at] = {key: value / scale for key, value in rows[at].items()}
        for place, row in enumerate(rows):
            if place != at and row[unknown]:
                part = row[unknown]
                rows[place] = {key: value - part * rows[at][key] for key, value in row.items()}
    return {unknown: rows[at][None] for at, unknown in enumerate(unknowns)}


def removal_effects(order, paths, names):
    whole = chance_of_conversion(paths, order, None)
    return [1 - chance_of_conversion(paths, order, name) / whole if whole else Fraction(0) for name in names]


def by_chain(order, paths, names, totals, at):
    if not 1 <= order <= 4:
        raise Refused("attribution.unknown_order", at + ["markov", "order"])
    effects = removal_effects(order, paths, names)
    total = sum(effects)
    shares = [effect / total if total else Fraction(0) for effect in effects]
    return from_shares(f"markov order {order}", names, shares, totals)


def by_chain_and_path(order, paths, names, totals, at):
    """A path's own channels get what it came to, in proportion to their removal effects in whole parts of 2^-40."""
    if not 1 <= order <= 4:
        raise Refused("attribution.unknown_order", at + ["markov_by_path", "order"])
    weights = {name: max(1, round(effect * 2**40)) for name, effect in zip(names, removal_effects(order, paths, names))}
    of_set = lambda path, _: (by_bytes(path), [weights[name] for name in by_bytes(path)])
    return by_units(f"markov order {order}, path by path", paths, names, totals, of_set)


def by_model(model, paths, totals=None, at=("model",)):
    names = by_bytes(channel for path, _, _ in paths for channel in path)
    if totals is None:
        touched = added([counts for path, counts, _ in paths if path])
        totals = {"touched": touched, "untouched": added([counts for path, counts, _ in paths if not path]), "open": 0}
    kind, of = next(iter(model.items()))
    if kind == "markov":
        return by_chain(of["order"], paths, names, totals, list(at))
    if kind == "markov_by_path":
        return by_chain_and_path(of["order"], paths, names, totals, list(at))
    return (by_rule if kind == "rule" else by_game)(of, paths, names, totals, list(at))


def tolerance(model):
    """None where the engine computes in whole numbers as well; weights that fade come from a float function."""
    if not isinstance(model, dict):
        return 0.0
    if model.get("rule", {}).get("rule") == "time_decay":
        return 1e-11
    return 0.0 if "rule" in model or model.get("shapley", {}).get("game") == "sum_game" else 1e-12


def attribute(value):
    refuse_unreadable("attribute", value)
    return by_model(value["model"], paths_of(value["paths"]))


def attribute_journeys(value):
    refuse_unreadable("attribute_journeys", value)
    return by_model(value["model"], *journeys.as_paths(value))


def check_bootstrap(bootstrap):
    for field, least, most in (("replicates", 20, 100_000), ("groups", 10, 10_000)):
        if not least <= bootstrap[field] <= most:
            raise Refused("attribution.out_of_range", ["bootstrap", field])
    if not 0 < bootstrap["level"] < 1:
        raise Refused("attribution.not_a_level", "bootstrap.level")


def intervals(value):
    refuse_unreadable("intervals", value)
    paths, bootstrap = paths_of(value["paths"]), value["bootstrap"]
    check_bootstrap(bootstrap)
    whole = by_model(value["model"], paths)
    touched = whole["totals"]["touched"]
    return with_ends(whole, bootstrap, touched["conversions"] + touched["lapsed"])


def journey_intervals(value):
    refuse_unreadable("journey_intervals", value)
    paths, totals = journeys.as_paths(value)
    check_bootstrap(value["bootstrap"])
    whole = by_model(value["model"], paths, totals)
    ended = sum(1 for path, counts, _ in paths if path and counts["conversions"] + counts["lapsed"])
    return with_ends(whole, value["bootstrap"], ended)


def with_ends(whole, bootstrap, ended):
    drawn = {"low": UNKNOWN, "high": UNKNOWN, "standard_error": UNKNOWN}
    shares = [{"channel": one["channel"], "share": one["share"], **drawn} for one in whole["credits"]]
    return {"model": whole["model"], "bootstrap": bootstrap, "journeys": ended, "shares": shares}


def rank_correlation(ones, others):
    """Kendall's tau-b, pair by pair; shares within 1e-9 of each other rank alike."""
    pairs = list(itertools.combinations(range(len(ones)), 2))
    sign = lambda a, b: (a - b > 1e-9) - (b - a > 1e-9)
    first = [sign(ones[a], ones[b]) for a, b in pairs]
    second = [sign(others[a], others[b]) for a, b in pairs]
    ranked = sum(map(abs, first)) * sum(map(abs, second))
    return sum(a * b for a, b in zip(first, second)) / ranked**0.5 if ranked else None


def agreement(value):
    refuse_unreadable("agreement", value)
    if len(value["models"]) > 32:
        raise Refused("attribution.too_many_models", "models")
    paths = paths_of(value["paths"])
    answers = [by_model(model, paths, at=("models", at)) for at, model in enumerate(value["models"])]
    names = [credit["channel"] for credit in answers[0]["credits"]] if answers else []
    shares = [[credit["share"] for credit in one["credits"]] for one in answers]
    pairs = [
        {
            "one": answers[a]["model"],
            "other": answers[b]["model"],
            "moved": sum(abs(x - y) for x, y in zip(shares[a], shares[b])) / 2,
            "rank_correlation": rank_correlation(shares[a], shares[b]),
        }
        for a, b in itertools.combinations(range(len(answers)), 2)
    ]
    columns = [(name, [one[at] for one in shares]) for at, name in enumerate(names)]
    ranges = [{"channel": name, "least": min(column), "most": max(column)} for name, column in columns]
    return {"answers": answers, "pairs": pairs, "ranges": ranges}


def flaw(call, answer):
    """What is wrong with an answer whose numbers are drawn, and whether every answer gives away what was earned and no more."""
    if call in ("intervals", "journey_intervals"):
        for one in answer["shares"]:
            if not one["low"] <= one["high"] or one["standard_error"] < 0:
                return f"the interval of {one['channel']} is none"
        return None
    touched, credits = answer["totals"]["touched"], answer["credits"]
    given = sum(one["value_minor"] for one in credits)
    shares, whole = sum(one["share"] for one in credits), 1.0 if touched["conversions"] else 0.0
    if given != (touched["value_minor"] if whole else 0) or abs(shares - whole) > 1e-9:
        return f"{given} of {touched['value_minor']} and {shares} of all conversions are given away"
    return None


CALLS = {
    "attribute": attribute,
    "attribute_journeys": attribute_journeys,
    "intervals": intervals,
    "journey_intervals": journey_intervals,
    "agreement": agreement,
}
