"""How fast does a touch work, the slow way. A climb has no bits of its own, so an answer is looked at instead of computed again.

The rates that are given have to be a top: as likely as they say, no lower than plain steps from other first guesses lead, and
standing still under another step. Their errors have to be those of second differences, and the credit what the rates give.
"""

import copy
import math
from fractions import Fraction

from attribution.claims import normal
from attribution.credit import Unknown, check_bootstrap, whole_parts
from attribution.journeys import DAY, built
from attribution.shapes import refuse_unreadable
from money import Refused
from reading import moment

LOOKED_AT = Unknown(number=False)
BASELINE = {"resolution_seconds": 60.0, "mean_lag_max_seconds": 90.0 * DAY, "tolerance": 1e-6, "passes_max": 2000, "level": 0.95}
STEPS = 150
SLACK = 1e-3


def check(settings):
    resolution, longest = settings["resolution_seconds"], settings["mean_lag_max_seconds"]
    holds = {
        "resolution_seconds": 1e-3 <= resolution <= DAY,
        "mean_lag_max_seconds": resolution < longest <= 3650 * DAY,
        "tolerance": 0 < settings["tolerance"] <= 1,
        "passes_max": 10 <= settings["passes_max"] <= 1_000_000,
        "level": 0 < settings["level"] < 1,
    }
    for field, sound in holds.items():
        if not sound:
            raise Refused("attribution.hazard.setting_out_of_range", ["settings", field])


def watched_seconds(rows, resolution):
    """Every person from the first touch to the end; what two journeys share counts once."""
    spans = {}
    for row in rows:
        end = moment(row["ended_at"]) // 1_000_000
        length = max(row["touches"][0]["seconds_before_end"], resolution)
        spans.setdefault(row["person"], []).append((end - length, end))
    total = 0.0
    for of_person in spans.values():
        reached = -math.inf
        for begin, end in sorted(of_person):
            total += max(0.0, end - max(begin, reached))
            reached = max(reached, end)
    return total


class Seen:
    """Journeys as (outcome, conversions, value, [(channel, time to the end)])."""

    def __init__(self, value):
        self.settings = value.get("settings") or BASELINE
        rows, self.totals, self.currency = built(value)
        check(self.settings)
        if not rows:
            raise Refused("attribution.hazard.no_journeys", "touchpoints")
        self.least = self.settings["resolution_seconds"]
        time = lambda touch: max(min(touch["seconds_before_end"], touch["window"]), self.least)
        self.journeys = [(row, [(touch["channel"], time(touch)) for touch in row["touches"]]) for row in rows]
        self.channels = sorted({name for _, touches in self.journeys for name, _ in touches}, key=str.encode)
        self.seconds = watched_seconds(rows, self.least)
        self.fastest, self.slowest = 1 / self.least, 1 / self.settings["mean_lag_max_seconds"]

    def touches(self, channel):
        return [time for _, touches in self.journeys for name, time in touches if name == channel]

    def parts(self, rates, touches):
        """The rate at the end: of the baseline, and of each touch."""
        base, kernels = rates
        of = lambda effect, decay, time: effect * decay * math.exp(-decay * time)
        return base, [of(*kernels[name], time) for name, time in touches]

    def closing(self):
        return [(row, touches) for row, touches in self.journeys if row["outcome"] == "converted"]

    def log_likelihood(self, rates):
        total = -rates[0] * self.seconds
        for _, touches in self.closing():
            base, parts = self.parts(rates, touches)
            if base + sum(parts) <= 0:
                return -math.inf
            total += math.log(math.fsum([base, *parts]))
        for channel, (effect, decay) in rates[1].items():
            total -= effect * math.fsum(1 - math.exp(-decay * time) for time in self.touches(channel))
        return total

    def hits(self, rates):
        """How many conversions each is responsible for, and with which lags."""
        base_hits, hits = 0.0, {channel: [] for channel in self.channels}
        for _, touches in self.closing():
            base, parts = self.parts(rates, touches)
            rate = base + sum(parts)
            base_hits += base / rate if rate else 0.0
            for (channel, time), part in zip(touches, parts):
                hits[channel].append((part / rate if rate else 0.0, time))
        return base_hits, hits

    def step(self, rates):
        """One step as the page has it."""
        base_hits, hits = self.hits(rates)
        kernels = {}
        for channel, (_, decay) in rates[1].items():
            of = sum(hit for hit, _ in hits[channel])
            times = self.touches(channel)
            effect = of / sum(1 - math.exp(-decay * time) for time in times)
            tails = sum(time * math.exp(-decay * time) for time in times)
            lags = sum(hit * time for hit, time in hits[channel]) + effect * tails
            kernels[channel] = (effect, min(max(of / lags, self.slowest), self.fastest) if of else decay)
        return base_hits / self.seconds, kernels

    def tops(self):
        """How high plain steps lead from three first guesses."""
        converted = len(self.closing())
        for lag in (3600.0, DAY, 10.0 * DAY):
            decay = min(max(1 / lag, self.slowest), self.fastest)
            kernels = {channel: (converted / 2 / len(self.touches(channel)), decay) for channel in self.channels}
            rates = (converted / 2 / self.seconds, kernels)
            for _ in range(STEPS if converted else 0):
                rates = self.step(rates)
            yield self.log_likelihood(rates)


def answer(value):
    refuse_unreadable("hazard", value)
    seen = Seen(value)
    learned = {"effect": LOOKED_AT, "lag": LOOKED_AT}
    channels = [{"channel": name, "touches": len(seen.touches(name)), **learned} for name in seen.channels]
    model = {
        "baseline_per_day": LOOKED_AT,
        "person_days": seen.seconds / DAY,
        "channels": channels,
        **dict.fromkeys(("log_likelihoods", "passes", "converged"), LOOKED_AT),
        "settings": seen.settings,
    }
    nobody = {"channels": LOOKED_AT, "baseline": LOOKED_AT}
    credit = {**nobody, "converted": seen.totals["converted"], "currency": seen.currency}
    bootstrap = value.get("bootstrap")
    if bootstrap is None:
        return {"model": model, "credit": credit}
    check_bootstrap(bootstrap)
    return {"model": model, "credit": credit, "intervals": {**nobody, "bootstrap": bootstrap}}


def lag_of(channel):
    """Kind and days; the days of a channel without effect do not matter."""
    if channel["lag"] == "unknown":
        return "unknown", 1.0
    kind, of = next(iter(channel["lag"].items()))
    return kind, of["value"] if kind == "mean" else of


def credit_flaw(seen, rates, credit):
    names = [*seen.channels, None]
    conversions, values = dict.fromkeys(names, 0.0), dict.fromkeys(names, 0.0)
    for row, touches in seen.closing():
        base, parts = seen.parts(rates, touches)
        rate = base + sum(parts)
        for name, part in [(None, base if rate else 1.0), *((name, part) for (name, _), part in zip(touches, parts))]:
            conversions[name] += row["conversions"] * part / (rate or 1.0)
            values[name] += row["value_minor"] * part / (rate or 1.0)
    whole, earned = sum(values.values()), seen.totals["converted"]["value_minor"]
    parts = [Fraction(values[name]) * earned / Fraction(whole) if whole else Fraction(0) for name in names]
    minors = whole_parts(earned, parts) if whole else [0] * len(names)
    given = [*((one["channel"], one["credit"]) for one in credit["channels"]), (None, credit["baseline"])]
    for (name, one), expected, minor in zip(given, names, minors):
        if name != expected or abs(one["conversions"] - conversions[name]) > 1e-9 or one["value_minor"] != minor:
            return f"{name or 'the baseline'} should get {conversions[expected]} conversions and {minor}, not {one}"
    return None if len(given) == len(names) else "a channel is missing"


def second_differences(height, point, step=1e-3):
    """The observed information, by a height around a point."""
    size = range(len(point))

    def at(*moves):
        moved = list(point)
        for place, by in moves:
            moved[place] += by * step
        return height(moved)

    cell = lambda a, b: at((a, 1), (b, 1)) - at((a, 1), (b, -1)) - at((a, -1), (b, 1)) + at((a, -1), (b, -1))
    return [[-cell(a, b) / 4 / step**2 for b in size] for a in size]


def inverse(matrix):
    size = len(matrix)
    rows = [[*row, *(float(a == b) for b in range(size))] for a, row in enumerate(matrix)]
    for at in range(size):
        pivot = max(range(at, size), key=lambda place: abs(rows[place][at]))
        rows[at], rows[pivot] = rows[pivot], rows[at]
        rows[at] = [cell / rows[at][at] for cell in rows[at]]
        for place in range(size):
            if place != at:
                rows[place] = [x - rows[place][at] * y for x, y in zip(rows[place], rows[at])]
    return [row[size:] for row in rows]


class Free:
    """The rates that have errors: those of a conversion or more that are inside their range. The point is their logarithms."""

    def __init__(self, seen, rates, model):
        self.rates = rates
        base_hits, hits = seen.hits(rates)
        self.names = [(None, 0)] if base_hits >= 1 else []
        self.given = {(None, 0): model["baseline_per_day"]}
        for channel in model["channels"]:
            name = channel["channel"]
            known = sum(hit for hit, _ in hits[name]) >= 1
            self.given[name, 0] = channel["effect"]
            self.names += [(name, 0)] * known
            if lag_of(channel)[0] == "mean":
                self.given[name, 1] = channel["lag"]["mean"]
                self.names += [(name, 1)] * known
        value = lambda place: rates[0] if place[0] is None else rates[1][place[0]][place[1]]
        self.point = [math.log(value(place)) for place in self.names]

    def moved(self, logs):
        kernels = {name: list(kernel) for name, kernel in self.rates[1].items()}
        base = self.rates[0]
        for (name, which), log in zip(self.names, logs):
            if name is None:
                base = math.exp(log)
            else:
                kernels[name][which] = math.exp(log)
        return base, kernels

    def slopes(self, of, step=1e-4):
        """First differences of a function of the rates, one for each free rate."""
        at = lambda place, by: of(self.moved([log + by * (place == other) for other, log in enumerate(self.point)]))
        return [(at(place, step) - at(place, -step)) / (2 * step) for place in range(len(self.point))]


def error_flaw(seen, rates, model):
    """Whether errors are those of second differences."""
    rates_free = Free(seen, rates, model)
    free, given = rates_free.names, rates_free.given
    height = lambda logs: seen.log_likelihood(rates_free.moved(logs))
    matrix = inverse(second_differences(height, rates_free.point)) if free else []
    errors = {place: matrix[at][at] for at, place in enumerate(free)}
    reach = normal(model["settings"]["level"])
    for place, rate in given.items():
        error = rate["relative_error"]
        if error is None:
            continue
        if place not in errors or abs(error - math.sqrt(max(errors[place], 0))) > 1e-3 * error:
            return f"the error of {place} is {error}, and by second differences {errors.get(place)} squared"
        ends = [rate["value"] * math.exp(sign * reach * error) for sign in (-1, 1)]
        given_ends = (rate["interval"]["low"], rate["interval"]["high"])
        if any(abs(one - other) > 1e-9 * other for one, other in zip(ends, given_ends)):
            return f"the interval of {place} is not {ends}"
    return None


def conversions_of(seen, rates, name):
    """What a channel, or nothing, gets in all."""
    total = 0.0
    for row, touches in seen.closing():
        base, parts = seen.parts(rates, touches)
        mine = base if name is None else sum(part for (other, _), part in zip(touches, parts) if other == name)
        total += row["conversions"] * mine / (base + sum(parts))
    return total


def of_person(seen, person):
    one = copy.copy(seen)
    one.journeys = [(row, touches) for row, touches in seen.journeys if row["person"] == person]
    one.seconds = watched_seconds([row for row, _ in one.journeys], seen.least)
    return one


def spread_flaw(seen, rates, model, intervals):
    """Whether a share varies as the sum of what each person moves it by: by being there, and by moving the rates."""
    free = Free(seen, rates, model)
    matrix = inverse(second_differences(lambda logs: seen.log_likelihood(free.moved(logs)), free.point)) if free.names else []
    names = [*seen.channels, None]
    whole = {name: conversions_of(seen, rates, name) for name in names}
    turns = {name: free.slopes(lambda moved: conversions_of(seen, moved, name)) for name in names}
    moves = []
    for person in sorted({row["person"] for row, _ in seen.journeys}):
        one = of_person(seen, person)
        scores = free.slopes(one.log_likelihood)
        steps = [sum(cell * score for cell, score in zip(row, scores)) for row in matrix]
        turned = lambda name: sum(turn * step for turn, step in zip(turns[name], steps))
        moves.append({name: conversions_of(one, rates, name) + turned(name) for name in names})
    known = {name for name, which in free.names if which == 0}
    for one in [*intervals["channels"], intervals["baseline"]]:
        name = one["channel"]
        of = seen.channels if name is not None else names
        all_of = sum(whole[other] for other in of)
        share = whole[name] / all_of if all_of else 0.0
        if abs(one["share"] - share) > 1e-9:
            return f"the share of {name} is {share}"
        if (one["interval"] is None) != (name not in known):
            return f"{name} has an interval although nothing is known of its rate, or the other way round"
        if one["interval"] is None:
            continue
        of_persons = [(move[name] - share * sum(move[other] for other in of)) / all_of for move in moves]
        error = math.sqrt(sum(move * move for move in of_persons))
        low, high, given = one["interval"]["low"], one["interval"]["high"], one["standard_error"]
        reach = normal(intervals["bootstrap"]["level"])
        if abs(given / error - 1) > 0.2 or not low <= share <= high or abs((high - low) / (2 * reach * given) - 1) > 0.2:
            return f"the share of {name} varies by {error}, not by {given}, and its interval is {low} to {high}"
    return None


def flaw(value, answer):
    """What is wrong with a fitted model and its credit."""
    seen, model = Seen(value), answer["model"]
    kernels = {one["channel"]: (one["effect"]["value"], 1 / (lag_of(one)[1] * DAY)) for one in model["channels"]}
    rates = (model["baseline_per_day"]["value"] / DAY, kernels)
    heights = model["log_likelihoods"]
    top = seen.log_likelihood(rates)
    if abs(top - heights[-1]) > 1e-9 * max(1.0, abs(top)):
        return f"the log-likelihood of these rates is {top}, not {heights[-1]}"
    if any(before - after > 1e-9 for before, after in zip(heights, heights[1:])):
        return "the likelihood falls on the way"
    higher = max(seen.tops())
    if seen.closing():
        higher = max(higher, seen.log_likelihood(seen.step(rates)))
    if model["converged"] and higher > top + SLACK:
        return f"plain steps lead to {higher}, higher than {top}"
    for one in model["channels"]:
        kind, days = lag_of(one)
        edges = {"at_most": seen.fastest, "at_least": seen.slowest}
        if kind in edges and abs(1 / (days * DAY) / edges[kind] - 1) > 2e-6 or (kind == "unknown") != (one["effect"]["value"] == 0):
            return f"the lag of {one['channel']} is not {one['lag']}"
    found = error_flaw(seen, rates, model) or credit_flaw(seen, rates, answer["credit"])
    if found is None and answer.get("intervals"):
        found = spread_flaw(seen, rates, model, answer["intervals"])
    return found


CALLS = {"hazard": answer}
