"""Which calls can be read? The shape of every document, field by field; the path of the first that does not fit."""

import re

from measures import MEASURES
from money import PLACES, decimal_of, money_of

COMPONENTS = ["match_quality", "api_health", "event_loss", "platform_stability", "data_quality"]
KEYS = ["email", "phone", "click_id", "external_id", "browser_id", "ip_and_agent", "name_and_address"]
WHY = ["not_supplied", "never_received", "no_observations", "unreachable", "from_the_future", "no_independent_count"]
SOURCES = ["events", "orders", "platform_api", "platform_report", "detector", "import", "simulation"]


class Unreadable(Exception):
    pass


def struct(**fields):
    """An object with these fields and no others; a name with a trailing `_` may be absent."""

    def read(value, path):
        if not isinstance(value, dict):
            raise Unreadable(path)
        known = {name.rstrip("_"): (read_field, name.endswith("_")) for name, read_field in fields.items()}
        for name in value:
            if name not in known:
                raise Unreadable(path + [name])
        for name, (read_field, optional) in known.items():
            if name in value:
                if not (optional and value[name] is None):
                    read_field(value[name], path + [name])
            elif not optional:
                raise Unreadable(path)

    return read


def number(kind, least=None, most=None):
    def read(value, path):
        kinds = (int,) if kind is int else (int, float)
        fits = isinstance(value, kinds) and not isinstance(value, bool)
        if not fits or (least is not None and value < least) or (most is not None and value > most):
            raise Unreadable(path)

    return read


def text(holds):
    def read(value, path):
        if not isinstance(value, str) or not holds(value):
            raise Unreadable(path)

    return read


def one_of(*names):
    return text(lambda value: value in names)


def list_of(read_one, least=0, most=10**9):
    def read(value, path):
        if not isinstance(value, list) or not least <= len(value) <= most:
            raise Unreadable(path)
        for index, one in enumerate(value):
            read_one(one, path + [index])

    return read


def tagged(**kinds):
    """An object with exactly one member, whose name says what it is."""

    def read(value, path):
        if not isinstance(value, dict) or len(value) != 1 or next(iter(value)) not in kinds:
            raise Unreadable(path)
        kind = next(iter(value))
        kinds[kind](value[kind], path + [kind])

    return read


def is_time(value):
    found = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", value)
    months = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return bool(found) and 1 <= int(found[3]) <= months[int(found[2]) - 1] and not (
        found[2] == "02" and found[3] == "29" and int(found[1]) % 4
    )


def money(value, path):
    struct(amount=text(lambda _: True), currency=text(lambda _: True))(value, path)
    if money_of(value) is None:
        raise Unreadable(path)


def curve(value, path):
    point = list_of(number(float), 2, 2)
    list_of(point, 2, 16)(value, path)
    xs, ys = [x for x, _ in value], [y for _, y in value]
    rises, falls = ys == sorted(ys), ys == sorted(ys, reverse=True)
    if not all(a < b for a, b in zip(xs, xs[1:])) or not (rises or falls) or not all(0 <= y <= 100 for y in ys):
        raise Unreadable(path)


def curves(value, path):
    if not isinstance(value, dict):
        raise Unreadable(path)
    for measure, points in value.items():
        if measure not in MEASURES:
            raise Unreadable(path)
        curve(points, path + [measure])
    if set(value) != set(MEASURES):
        raise Unreadable(path)


def boolean(value, path):
    if not isinstance(value, bool):
        raise Unreadable(path)


COUNT, SMALL, FLOAT = number(int, 0, 2**64 - 1), number(int, 0, 2**32 - 1), number(float)
ID_RULE = lambda v: 0 < len(v.encode()) <= 128 and not re.search(r"[\x00-\x1f\x7f-\x9f]", v)
ID = text(ID_RULE)
ACTOR = text(lambda v: ID_RULE(v) and v == v.strip())
TIME, ANY_TEXT, DECIMAL = text(is_time), text(lambda _: True), text(lambda v: decimal_of(v) is not None)
DIGEST = text(lambda v: re.fullmatch("[0-9a-f]{64}", v))
CURRENCY = text(lambda v: v in PLACES)
PLATFORM = one_of("meta", "google", "tiktok", "snapchat", "exchange")
STATUS = one_of("unhealthy", "degraded", "healthy")


def reading(value_of):
    measured = struct(value=value_of, at=TIME, window_seconds=SMALL, observations=COUNT, source=one_of(*SOURCES))
    return tagged(measured=measured, missing=struct(why=one_of(*WHY)))


def counts(*names):
    return {name: COUNT for name in names}


def per_component(of):
    return struct(**{name: of for name in COMPONENTS})


READINGS = struct(
    match_quality_=reading(
        struct(events=COUNT, keys=struct(**counts(*KEYS)), confirmed_=COUNT, platform_score_=FLOAT)
    ),
    api_calls_=reading(
        struct(**counts("calls", "failed_auth", "failed_throttled", "failed_server", "failed_client"),
               latency_p95_ms=SMALL, throttle_headroom_=FLOAT)
    ),
    token_=reading(struct(valid=boolean, expires_at_=TIME, renews=boolean)),
    events_=reading(struct(**counts("browser_", "server_", "matched_", "independent_"))),
    platform_=reading(
        struct(minor_incidents=SMALL, major_incidents=SMALL, changes_requested=COUNT, changes_rejected=COUNT,
               api_sunset_at_=TIME, learning_share=FLOAT)
    ),
    delivery_=reading(struct(**counts("points", "anomalous"), farthest=FLOAT)),
    records_=reading(struct(**counts("records", "schema_violations", "duplicates", "late", "future", "empty_values"))),
    feed_=reading(struct(lag_seconds=COUNT, flat_hours=SMALL)),
    revenue_=reading(struct(platform=FLOAT, independent=FLOAT, independent_squares=FLOAT)),
)
EVIDENCE = struct(
    scope=struct(tenant=ID, platform=PLATFORM, account=ID, conversion_event_=ID),
    plan=struct(browser_events=boolean, server_events=boolean, independent_orders=boolean,
                match_confirmation=boolean, throttle_headroom=boolean),
    readings=READINGS,
    performance_=reading(struct(spend_today=money, spend=money, revenue=money)),
)
CHANGE = struct(campaign=ID, before_=money, after=money)
PROPOSAL = struct(
    id=ID, tenant=ID, platform=PLATFORM, account=ID, made_at=TIME, expires_at_=TIME,
    action=tagged(set_daily_budget=CHANGE, set_bid=CHANGE, pause=struct(campaign=ID, daily_budget_=money),
                  resume=struct(campaign=ID, daily_budget_=money), launch=struct(campaign=ID, daily_budget=money)),
    proposer=struct(kind=one_of("rule", "model", "agent", "person"), id=ACTOR),
)
PERCENT, MOST = struct(at_most=DECIMAL), struct(at_most=money)
RULE = tagged(
    increase_percent=PERCENT, cumulative_increase_percent=PERCENT, increase_amount=MOST, campaign_daily_budget=MOST,
    account_daily_increase=MOST, spend_today=MOST, changes_per_day=struct(at_most=SMALL), cooldown=struct(seconds=SMALL),
    rolling_increase_percent=struct(within_seconds=SMALL, at_most=DECIMAL),
    portfolio_increase=struct(within_seconds=SMALL, at_most=money), minimum_return=struct(at_least=DECIMAL),
)
POLICY = struct(
    version=ID,
    health=struct(
        weights=per_component(FLOAT), healthy=FLOAT, degraded=FLOAT, floors=per_component(FLOAT),
        minimum_coverage=FLOAT, confidence_z=FLOAT, recovery=struct(margin=FLOAT, dwell_seconds=FLOAT),
        fresh_seconds=per_component(FLOAT), half_life_seconds=per_component(FLOAT),
        key_weights=struct(**{key: FLOAT for key in KEYS}), curves=curves,
    ),
    exposure=struct(rise=FLOAT, half_at=FLOAT),
    protective=struct(allowed=boolean, at_most=SMALL, within_seconds=SMALL),
    permit_seconds=SMALL, approval_seconds=SMALL,
    limits=list_of(struct(rule=RULE, mode=one_of("advisory", "soft_block", "hard_block"))),
)
MEMORY = struct(status=STATUS, since=TIME, better_since_=TIME)
VIEW = struct(
    account_day_began=TIME,
    applied_=list_of(struct(at=TIME, account=ID, campaign=ID, direction=one_of("reduce", "neutral", "increase"),
                            before_=money, after_=money, by_automation=boolean)),
    baselines_=list_of(struct(campaign=ID, daily_budget=money)),
    freezes_=list_of(struct(id=ID, scope=struct(platform_=PLATFORM, account_=ID, campaign_=ID), by=ACTOR, at=TIME, why=ANY_TEXT)),
    approvals_=list_of(struct(proposal=DIGEST, by=ACTOR, at=TIME, expires_at=TIME)),
    spent_approvals_=list_of(DIGEST),
    rates_=list_of(struct(**{"from": CURRENCY, "to": CURRENCY}, rate=DECIMAL)),
    memory_=MEMORY,
)
CALLS = {
    "review": struct(proposal=PROPOSAL, evidence=EVIDENCE, policy_=POLICY, view_=VIEW, now=TIME),
    "health": struct(evidence=EVIDENCE, policy_=POLICY, memory_=MEMORY, now=TIME),
}
