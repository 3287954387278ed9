"""Which calls about attribution can be read? The shape of each, field by field."""

import re

from money import Refused
from shapes import ANY_TEXT, COUNT, CURRENCY, FLOAT, PLATFORM, SMALL, TIME, Unreadable, list_of, money, number, one_of, struct

AMOUNT_MINOR = number(int, -(2**63), 2**63 - 1)
TEXTS = list_of(ANY_TEXT)


def named(tag, **kinds):
    """An object whose member `tag` says what it is; what is wrong below the tag is reported at the object."""

    def read(value, path):
        if not isinstance(value, dict) or tag not in value:
            raise Unreadable(path)
        if value[tag] not in kinds:
            raise Unreadable(path + [tag])
        try:
            struct(**{tag: ANY_TEXT, **kinds[value[tag]]})(value, path)
        except Unreadable as error:
            raise Unreadable(path) from error

    return read


def variant(**kinds):
    """An object with exactly one member, or the bare name of a kind without fields."""

    def read(value, path):
        name = next(iter(value)) if isinstance(value, dict) and len(value) == 1 else value
        if not isinstance(name, str) or name not in kinds or isinstance(value, dict) != bool(kinds[name]):
            raise Unreadable(path)
        if kinds[name]:
            kinds[name](value[name], path + [name])

    return read


def holds(read_shape, rule):
    """A shape with a rule about its values."""

    def read(value, path):
        read_shape(value, path)
        if not rule(value):
            raise Unreadable(path)

    return read


def not_null(read_shape, *names):
    """An object whose members of these names may be absent, but not null: what is missing is no zero."""

    def read(value, path):
        read_shape(value, path)
        for name in names:
            if name in value and value[name] is None:
                raise Unreadable(path + [name])

    return read


RULE = named(
    "rule", first_touch={}, last_touch={}, last_non_direct={"direct": TEXTS}, linear={}, position_based={}, w_shaped={},
    time_decay={"half_life_seconds": SMALL}, custom={"first": SMALL, "between": SMALL, "last": SMALL},
)
GAME = named("game", sum_game={}, rate_game={}, rate_game_sampled={"pairs": COUNT, "seed": COUNT})
CHAIN = struct(order=COUNT)
MODEL = variant(rule=RULE, markov=CHAIN, markov_by_path=CHAIN, shapley=GAME)
COUNTED_PATH = struct(path=TEXTS, conversions_=COUNT, value_minor_=AMOUNT_MINOR, lapsed_=COUNT)
PATHS = list_of(not_null(COUNTED_PATH, "conversions", "value_minor", "lapsed"))
BOOTSTRAP = struct(replicates=COUNT, groups=COUNT, level=FLOAT, seed=COUNT)

YEAR, DAY = 365 * 86400, 86400
LOOKBACK = holds(struct(click_seconds=SMALL, view_seconds=SMALL), lambda v: max(v.values()) <= YEAR)
RULES = struct(
    windows=struct(meta=LOOKBACK, google=LOOKBACK, tiktok=LOOKBACK, snapchat=LOOKBACK, other=LOOKBACK),
    session_gap=number(int, 1, DAY),
)
TOUCHPOINT = struct(person=ANY_TEXT, channel=ANY_TEXT, platform_=PLATFORM, kind=one_of("click", "view"), at=TIME)
CONVERSION = struct(person=ANY_TEXT, at=TIME, value=money, order_=ANY_TEXT)
TOUCHES = {"touchpoints": list_of(TOUCHPOINT), "conversions": list_of(CONVERSION), "rules_": RULES, "now": TIME}
TABLES = struct(
    open=one_of("count", "leave_out"), paths_max=number(int, 0, 2**16 - 1), lag_from=one_of("first_touch", "last_touch"),
    utc_offset_seconds=number(int, -(2**31), 2**31 - 1), flow_steps=number(int, 0, 255),
    flow_channels=number(int, 0, 2**16 - 1),
)
SETTINGS = struct(
    resolution_seconds=FLOAT, mean_lag_max_seconds=FLOAT, tolerance=FLOAT, passes_max=SMALL, level=FLOAT
)

ESTIMATE = holds(struct(value=FLOAT, standard_error=FLOAT), lambda v: v["standard_error"] >= 0)
UNIT = variant(conversions=None, minor=CURRENCY)
ATTRIBUTED = struct(channel=ANY_TEXT, amount=ESTIMATE)
LIFT_TEST = struct(channel=ANY_TEXT, unit=UNIT, incremental=ESTIMATE, attributed=ESTIMATE)
RECORD = struct(revenue=money, conversions_=COUNT)
VARIANCE = struct(healthy_below=FLOAT, minor_below=FLOAT, major_from=FLOAT, order_value_spread=FLOAT, level=FLOAT)


def weights(value, path):
    if not isinstance(value, dict):
        raise Unreadable(path)
    for platform, weight in value.items():
        try:
            PLATFORM(platform, path)
        except Unreadable as error:
            raise Unreadable(path) from error
        SMALL(weight, path + [platform])


CALLS = {
    "attribute": struct(model=MODEL, paths=PATHS),
    "attribute_journeys": struct(model=MODEL, **TOUCHES),
    "intervals": struct(model=MODEL, paths=PATHS, bootstrap=BOOTSTRAP),
    "journey_intervals": struct(model=MODEL, bootstrap=BOOTSTRAP, **TOUCHES),
    "agreement": struct(models=list_of(MODEL), paths=PATHS),
    "ordered_shapley": struct(paths=PATHS),
    "place_intervals": struct(paths=PATHS, bootstrap=BOOTSTRAP),
    "choose_order": struct(paths=PATHS, highest=COUNT),
    "path_shares": struct(order=COUNT, paths=PATHS, path=TEXTS),
    "apportion": struct(amount_minor=AMOUNT_MINOR, weights=list_of(FLOAT)),
    "journeys": struct(tables_=TABLES, **TOUCHES),
    "hazard": struct(settings_=SETTINGS, bootstrap_=BOOTSTRAP, **TOUCHES),
    "calibrate": struct(unit=UNIT, attributed=list_of(ATTRIBUTED), tests=list_of(LIFT_TEST), level=FLOAT),
    "compare": struct(reported=RECORD, independent=RECORD, policy_=VARIANCE),
    "deduplicate": struct(
        claims=list_of(struct(platform=PLATFORM, order=ANY_TEXT, value=money)),
        orders=list_of(struct(order=ANY_TEXT, value=money)),
        sharing_=variant(equally=None, weighted=weights),
    ),
}


def refuse_unreadable(call, value):
    try:
        CALLS[call](value, [])
    except Unreadable as error:
        raise Refused("call.malformed", error.args[0]) from error


def is_name(text, most):
    return 0 < len(text.encode()) <= most and not re.search(r"[\x00-\x1f\x7f-\x9f]", text)
