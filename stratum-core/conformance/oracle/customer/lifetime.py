"""What will a customer be worth, the slow way: the formulas of the papers in sixty decimal digits.

Predictions are computed again, their intervals from differences. A fit has no bits of its own and is looked at: the likelihood, written down as
in the papers, has to be what is said, level to every side, no lower than where a simplex climbs to from other places, and curved as the
errors say. Customers that determine nothing are those for whom the simplex runs off.
"""

import math
from collections import Counter
from decimal import Decimal, getcontext

from attribution.claims import normal
from attribution.credit import Unknown
from customer.orders import readable
from money import PLACES, Refused
from shapes import CURRENCY, FLOAT, SMALL, list_of, number, one_of, struct

getcontext().prec = 60
LOOKED_AT = Unknown(number=False)
MINOR = number(int, -(2**63), 2**63 - 1)
CUSTOMERS = list_of(struct(frequency=SMALL, recency=FLOAT, age=FLOAT, repeat_value_minor=MINOR))
DROPOUT = one_of("after_repeat", "after_every")


def matrix(size):
    return list_of(list_of(FLOAT, size, size), size, size)


PURCHASES = struct(dropout=DROPOUT, r=FLOAT, alpha=FLOAT, a=FLOAT, b=FLOAT, covariance_of_logs_=matrix(4))
SPENDING = struct(p=FLOAT, q=FLOAT, gamma=FLOAT, exponent=SMALL, covariance_of_logs_=matrix(3))
HORIZON = struct(period=FLOAT, periods=number(int, 0, 2**16 - 1), discount_per_period=FLOAT)
FIT = struct(customers=CUSTOMERS, dropout=DROPOUT, currency_=CURRENCY, level=FLOAT)
PREDICT = struct(purchases=PURCHASES, spending_=SPENDING, horizon=HORIZON, customers=CUSTOMERS, level=FLOAT)


def refuse(path, code):
    raise Refused(f"lifetime.{code}", path)


def check_level(value):
    if not 0 < value["level"] < 1:
        refuse("level", "out_of_range")


def check_customers(customers):
    if not customers:
        refuse("customers", "no_customers")
    for number, one in enumerate(customers):
        x, recency, age, worth = one["frequency"], one["recency"], one["age"], one["repeat_value_minor"]
        rules = [
            ("age", "not_a_time", 0 <= age <= 1e9),
            ("recency", "not_a_time", 0 <= recency <= 1e9),
            ("recency", "recency_after_age", recency <= age),
            ("recency", "recency_without_repeat", x > 0 or recency == 0),
            ("recency", "repeat_without_recency", x == 0 or recency > 0),
            ("repeat_value_minor", "negative_value", worth >= 0),
            ("repeat_value_minor", "value_without_repeat", x > 0 or worth == 0),
        ]
        for field, code, holds in rules:
            if not holds:
                refuse(["customers", number, field], code)


# Fits.


def times_log_likelihood(parameters, customers, extra):
    """Of BG/NBD as in the paper, or of MBG/NBD with one more chance to leave."""
    r, alpha, a, b = parameters
    parts = []
    for (x, recency, age), count in customers.items():
        k = x + extra
        gammas = math.lgamma(r + x) - math.lgamma(r) + r * math.log(alpha)
        betas = math.lgamma(a + b) + math.lgamma(b + k) - math.lgamma(b) - math.lgamma(a + b + k)
        active = -(r + x) * math.log(alpha + age)
        gone = math.log(a / (b + k - 1)) - (r + x) * math.log(alpha + recency) if k else -math.inf
        most = max(active, gone)
        parts.append(count * (gammas + betas + most + math.log(math.exp(active - most) + math.exp(gone - most))))
    return math.fsum(parts)


def values_log_likelihood(parameters, customers):
    """Of gamma-gamma, as in the paper: x purchases of the mean value m."""
    p, q, gamma = parameters
    parts = []
    for (x, m), count in customers.items():
        gammas = math.lgamma(p * x + q) - math.lgamma(p * x) - math.lgamma(q) + q * math.log(gamma)
        powers = (p * x - 1) * math.log(m) + p * x * math.log(x) - (p * x + q) * math.log(gamma + m * x)
        parts.append(count * (gammas + powers))
    return math.fsum(parts)


def simplex(height, start, rounds=240):
    """Nelder and Mead's climb."""
    size = len(start)
    corners = [list(start)] + [[x + (0.7 if at == place else 0) for place, x in enumerate(start)] for at in range(size)]
    known = sorted(((height(corner), corner) for corner in corners), reverse=True)
    for _ in range(rounds):
        (best, _), (second, _), (worst, corner) = known[0], known[-2], known[-1]
        middle = [sum(one[1][at] for one in known[:-1]) / size for at in range(size)]
        along = lambda far: [m + far * (m - x) for m, x in zip(middle, corner)]
        new = [(height(along(1)), along(1))]
        if new[0][0] > best:
            new.append((height(along(2)), along(2)))
        elif new[0][0] <= second:
            new.append((height(along(-0.5)), along(-0.5)))
        next_one = max(new)
        if next_one[0] > worst:
            known[-1] = next_one
        else:
            top = known[0][1]
            shrunk = [[(x + y) / 2 for x, y in zip(top, one[1])] for one in known[1:]]
            known = [known[0]] + [(height(one), one) for one in shrunk]
        known.sort(reverse=True)
    return known[0]


def climbed(height, starts, edge=13.8):
    """The best of several climbs; beyond the edge it is a run."""
    inside = lambda logs: height(logs) if max(map(abs, logs)) < 20 else -math.inf
    best = max(simplex(inside, simplex(inside, start)[1]) for start in starts)
    return best, max(map(abs, best[1])) > edge / 2


def counted(value):
    extra = int(value["dropout"] == "after_every")
    times = Counter((one["frequency"], one["recency"], one["age"]) for one in value["customers"])
    return times, extra


def means(value):
    units = 10 ** PLACES[value["currency"]]
    rows = [one for one in value["customers"] if one["frequency"] and one["repeat_value_minor"]]
    return Counter((one["frequency"], one["repeat_value_minor"] / units / one["frequency"]) for one in rows)


def heights(value):
    """The two functions of logarithms on natural scales, with their scales, and where to begin."""
    times, extra = counted(value)
    unit = sum(one["age"] for one in value["customers"]) / len(value["customers"])
    scale = [1, unit, 1, 1]
    by_times = lambda logs: times_log_likelihood([math.exp(x) * s for x, s in zip(logs, scale)], times, extra)
    yield by_times, scale, [[0.0, 0.0, 0.0, 0.0], [-1.0, -1.0, -0.5, 1.0]]
    if value.get("currency"):
        worths = means(value)
        mean = sum(m * count for (_, m), count in worths.items()) / sum(worths.values())
        scale_of_values = [1, 1, mean]
        by_values = lambda logs: values_log_likelihood([math.exp(x) * s for x, s in zip(logs, scale_of_values)], worths)
        yield by_values, scale_of_values, [[0.0, 0.0, 0.0], [1.5, 1.0, -1.0]]


def fit(value):
    readable(FIT, value)
    check_level(value)
    check_customers(value["customers"])
    returned = [one for one in value["customers"] if one["frequency"]]
    if not returned:
        refuse("customers", "no_repeat_purchases")
    looks = heights(value)
    height, _, starts = next(looks)
    if climbed(height, starts)[1]:
        refuse("customers", "no_maximum")
    answer = {"purchases": LOOKED_AT}
    if value.get("currency"):
        if not any(one["repeat_value_minor"] for one in returned):
            refuse("customers", "no_repeat_purchases")
        height, _, starts = next(looks)
        if climbed(height, starts)[1]:
            refuse("customers", "no_maximum")
        answer["spending"] = LOOKED_AT
    return answer


def second_differences(height, at, step=2e-3):
    size = len(at)
    moved = lambda *moves: height([x + sum(by for place, by in moves if place == at_place) for at_place, x in enumerate(at)])
    cell = lambda i, j: (
        moved((i, step), (j, step)) - moved((i, step), (j, -step)) - moved((i, -step), (j, step)) + moved((i, -step), (j, -step))
    ) / (4 * step * step)
    return [[-cell(i, j) for j in range(size)] for i in range(size)]


def product(left, right):
    return [[math.fsum(x * y for x, y in zip(row, column)) for column in zip(*right)] for row in left]


def part_flaw(height, scale, starts, names, said, level):
    model, errors = said["model"], said["errors"]
    logs = [math.log(model[name] / s) for name, s in zip(names, scale)]
    top = height(logs)
    if abs(top - said["log_likelihood"]) > 1e-9 * abs(top):
        return f"the log-likelihood of these parameters is {top}, not {said['log_likelihood']}"
    best, _ = climbed(height, starts)
    if best[0] > top + 1e-6:
        return f"a simplex climbs to {best[0]}, higher than {top}"
    covariance = model["covariance_of_logs"]
    for number, name in enumerate(names):
        up, down = ([x + (by if at == number else 0) for at, x in enumerate(logs)] for by in (1e-4, -1e-4))
        slope = (height(up) - height(down)) / 2e-4
        if abs(slope) > 1e-4:
            return f"the likelihood rises along {name} by {slope}"
        error = math.sqrt(covariance[number][number])
        far = normal(level) * error
        ends = {"low": model[name] * math.exp(-far), "high": model[name] * math.exp(far)}
        given = errors[name]
        if abs(given["standard_error"] / (model[name] * error) - 1) > 1e-9:
            return f"the standard error of {name} is not {given['standard_error']}"
        if any(abs(given["interval"][end] / ends[end] - 1) > 1e-9 for end in ends):
            return f"the interval of {name} is not {given['interval']}"
    unit = product(second_differences(height, logs), covariance)
    off = max(abs(cell - (row == column)) for row, cells in enumerate(unit) for column, cell in enumerate(cells))
    return f"curvature and covariance are not each other's inverse, by {off}" if off > 2e-3 else None


def correlation(worths):
    pairs = [(float(x), m, count) for (x, m), count in worths.items()]
    total = sum(count for _, _, count in pairs)
    mean = lambda of: math.fsum(of(x, y) * count for x, y, count in pairs) / total
    x, y = mean(lambda x, y: x), mean(lambda x, y: y)
    part = lambda left, right: mean(lambda a, b: (left(a, b)) * (right(a, b)))
    of_x, of_y = (lambda a, b: a - x), (lambda a, b: b - y)
    return part(of_x, of_y) / math.sqrt(part(of_x, of_x) * part(of_y, of_y))


def flaw(value, answer):
    """What is wrong with fitted models."""
    looks = list(heights(value))
    said = answer["purchases"]
    returned = [one for one in value["customers"] if one["frequency"]]
    if (said["customers"], said["returned"]) != (len(value["customers"]), len(returned)):
        return "customers are not counted right"
    flaws = [part_flaw(*looks[0], ["r", "alpha", "a", "b"], said, value["level"])]
    if "spending" in answer:
        said = answer["spending"]
        flaws.append(part_flaw(*looks[1], ["p", "q", "gamma"], said, value["level"]))
        worths = means(value)
        if said["customers"] != sum(worths.values()) or said["without_value"] != len(returned) - said["customers"]:
            flaws.append("those who spent are not counted right")
        if abs(said["correlation"] - correlation(worths)) > 1e-9:
            flaws.append("the correlation is another one")
    return "; ".join(one for one in flaws if one) or None


# Predictions.


def gauss(a, b, c, z):
    """Gauss's series, term by term."""
    term, total, n = Decimal(1), Decimal(1), 0
    while abs(term) > Decimal(10) ** -50:
        term *= (a + n) * (b + n) / ((c + n) * (n + 1)) * z
        total += term
        n += 1
        if n > 400_000:
            raise ArithmeticError("the series does not end")
    return total


def mean_of_fading(shape, reach, a, b):
    """Sums over the logit of p, for arguments where the series would not end."""
    s, step, total, weights = Decimal(-100), Decimal("0.1"), Decimal(0), Decimal(0)
    while s < 60:
        p = 1 / (1 + (-s).exp())
        weight = p**a * (1 - p) ** b
        total += weight * (1 - (1 + p * reach) ** -shape) / p
        weights += weight
        s += step
    return total / weights


class Customer:
    """One customer under a model, all in decimals."""

    def __init__(self, model, customer):
        self.r, self.alpha, self.a, self.b = (Decimal(model[name]) for name in ("r", "alpha", "a", "b"))
        self.x = customer["frequency"]
        self.recency, self.age = Decimal(customer["recency"]), Decimal(customer["age"])
        self.k = self.x + (model["dropout"] == "after_every")

    def moved(self, by):
        """With logarithms of the parameters moved."""
        other = Customer.__new__(Customer)
        other.__dict__.update(self.__dict__)
        for name, move in zip(("r", "alpha", "a", "b"), by):
            setattr(other, name, getattr(self, name) * Decimal(move).exp())
        return other

    def odds(self):
        if not self.k:
            return None
        ratio = (self.alpha + self.age) / (self.alpha + self.recency)
        return self.a / (self.b + self.k - 1) * ratio ** (self.r + self.x)

    def alive(self):
        return 1 / (1 + (self.odds() or Decimal(0)))

    def expected(self, within):
        """The paper's conditional expectation."""
        a = self.a if self.a != 1 else 1 + Decimal(10) ** -25
        c = a + self.b + self.k - 1
        z = within / (self.alpha + self.age + within)
        if z > Decimal("0.995"):
            return self.alive() * mean_of_fading(self.r + self.x, within / (self.alpha + self.age), self.a, self.b + self.k)
        left = ((self.alpha + self.age) / (self.alpha + self.age + within)) ** (self.r + self.x)
        return self.alive() * c / (a - 1) * (1 - left * gauss(self.r + self.x, self.b + self.k, c, z))

    def streams(self, horizon):
        """Purchases within the horizon: all, and discounted."""
        period, discount = Decimal(horizon["period"]), Decimal(horizon["discount_per_period"])
        if not discount:
            return [self.expected(period * horizon["periods"])] * 2
        reached = [self.expected(period * n) for n in range(horizon["periods"] + 1)]
        steps = zip(reached, reached[1:])
        return reached[-1], sum((after - before) / (1 + discount) ** n for n, (before, after) in enumerate(steps, 1))


def spread(of, model, names):
    """The standard deviation of a number whose parameters have this covariance of logarithms, by differences."""
    covariance = model.get("covariance_of_logs")
    if covariance is None:
        return None
    size, step = len(names), Decimal(10) ** -12
    move = lambda at, by: [by if at == place else 0 for place in range(size)]
    slopes = [[float((up - down) / (2 * step)) for up, down in zip(of(move(at, step)), of(move(at, -step)))] for at in range(size)]
    return [
        math.sqrt(max(sum(x[n] * y[n] * cell for x, row in zip(slopes, covariance) for y, cell in zip(slopes, row)), 0))
        for n in range(len(slopes[0]))
    ]


def above_zero(value, error, reach):
    value = float(value)
    if error is None:
        return {"value": value, "sureness": "no_covariance"}
    far = reach * error
    return {"value": value, "sureness": {"interval": {"low": value * math.exp(-far), "high": value * math.exp(far)}}}


def mean_value(spending, customer, by=(0, 0, 0)):
    p, q, gamma = (Decimal(spending[name]) * Decimal(move).exp() for name, move in zip(("p", "q", "gamma"), by))
    below = p * customer["frequency"] + q - 1
    return p * (gamma * 10 ** spending["exponent"] + customer["repeat_value_minor"]) / below if below > 0 else None


def prediction(value, row, reach):
    model, spending, horizon = value["purchases"], value.get("spending"), value["horizon"]
    customer = Customer(model, row)
    names = ("r", "alpha", "a", "b")
    odds, (all_of, discounted) = customer.odds(), customer.streams(horizon)
    alive = {"value": float(customer.alive()), "sureness": "by_definition"}
    if odds is not None:
        error = spread(lambda by: [customer.moved(by).odds().ln()], model, names)
        share = lambda far: float(1 / (1 + odds * Decimal(far).exp()))
        ends = error and {"interval": {"low": share(reach * error[0]), "high": share(-reach * error[0])}}
        alive["sureness"] = ends or "no_covariance"
    errors = spread(lambda by: [x.ln() for x in customer.moved(by).streams(horizon)], model, names)
    worths = ["no_spending_model"] * 2
    if spending:
        mean = mean_value(spending, row)
        worths = ["no_mean"] * 2
        if mean is not None:
            of_mean = spread(lambda by: [mean_value(spending, row, by).ln()], spending, ("p", "q", "gamma"))
            both = math.hypot(errors[1], of_mean[0]) if errors and of_mean else None
            worths = [above_zero(mean, of_mean and of_mean[0], reach), above_zero(mean * discounted, both, reach)]
            worths = [{"expected": one} for one in worths]
    return {
        "alive": alive,
        "churn": float(odds / (1 + odds)) if odds is not None else 0.0,
        "purchases": above_zero(all_of, errors and errors[0], reach),
        "mean_value_minor": worths[0],
        "value_minor": worths[1],
    }


def check_model(model, path, names, unbounded):
    for name in names:
        least, most = (0, 1e15) if name == unbounded else (1e-6, 1e6)
        if not least <= model[name] <= most or model[name] <= 0:
            refuse([path, name], "out_of_range")
    cells = model.get("covariance_of_logs")
    if cells is None:
        return
    size = range(len(cells))
    symmetric = all(abs(cells[i][j] - cells[j][i]) <= 1e-9 * abs(cells[i][j]) for i in size for j in size)
    minors = [determinant([row[: n + 1] for row in cells[: n + 1]]) for n in size]
    if not symmetric or min(minors) <= 0:
        refuse([path, "covariance_of_logs"], "not_a_covariance")


def determinant(rows):
    """By the first row."""
    if not rows:
        return Decimal(1)
    without = lambda at: [[x for place, x in enumerate(row) if place != at] for row in rows[1:]]
    return sum((-1) ** at * Decimal(x) * determinant(without(at)) for at, x in enumerate(rows[0]))


def predict(value):
    readable(PREDICT, value)
    check_level(value)
    check_model(value["purchases"], "purchases", ("r", "alpha", "a", "b"), "alpha")
    if spending := value.get("spending"):
        check_model(spending, "spending", ("p", "q", "gamma"), "gamma")
        if spending["exponent"] > 4:
            refuse(["spending", "exponent"], "out_of_range")
    horizon = value["horizon"]
    within = {"period": (0, 1e6), "periods": (1, 1200), "discount_per_period": (0, 10)}
    for field, (least, most) in within.items():
        if not least <= horizon[field] <= most or field == "period" and horizon[field] == 0:
            refuse(["horizon", field], "out_of_range")
    check_customers(value["customers"])
    reach = normal(value["level"])
    return {"predictions": [prediction(value, row, reach) for row in value["customers"]]}


CALLS = {"lifetime_fit": fit, "lifetime_predict": predict}
