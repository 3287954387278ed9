"""Do the vectors have a second origin? Recomputes every expected answer in plain Python and compares, exactly.

Run it without arguments; it prints the counts and what it does not check, and ends with 1 when anything differs. Standard
library only. Two more looks at each answer: `exact.py` asks whether its floats are what the definitions say, `turns.py`
whether the changes that would turn a verdict do.
"""

import json
import sys

import exact
import gate
import health
import ledger
import measures
import profit
import refusals
import turns
from attribution import claims, credit, hazard, journeys, touches
from customer import cohorts, lifetime, orders
from experiment import arms, comparison
from money import LARGEST, PLACES, Refused, decimal_of, money_of, proposal_digest, written_money
from reading import HERE, expanded

BASELINE = json.loads((HERE / "samples/baseline_2026_11.json").read_text())
NOT_CHECKED = [
    "the message of a refusal: it is written for people",
    "what happens to a permit after the verdict: no call redeems one; the Rust tests of the gate and of the store do",
    "how a delivery scan, a feed's lag or a return is counted from raw events: the calls take the counts",
    "decimals of more than 28 digits: here they are exact, the engine refuses or rounds them",
    "what is drawn: the ends and errors of `intervals`, and shares of the game with drawn orderings of three channels or more",
    "the way a climb of `hazard` took: passes, likelihoods before the last, the last digits of the rates it came to",
    "a path of more than a million touches and more than 65,535 channels: too long for a file of vectors",
]


def review_arguments(value):
    view = value.get("view") or {"account_day_began": gate.midnight(value["now"])}
    return value["proposal"], value["evidence"], value.get("policy") or BASELINE, view, value["now"]


def measured(call, value):
    memory = value.get("memory") if call == "health" else (value.get("view") or {}).get("memory")
    return health.measure(value["evidence"], (value.get("policy") or BASELINE)["health"], memory, value["now"])


def review_or_health(call, value):
    refusals.refuse_unreadable(call, value)
    refusals.refuse_policy(value.get("policy") or BASELINE)
    refusals.refuse_impossible(value["evidence"], value["now"])
    refusals.refuse_unmade(value)
    return health.answer(measured(call, value)) if call == "health" else gate.review(*review_arguments(value))


def money(value):
    amount, places = decimal_of(value["amount"]), PLACES.get(value["currency"])
    if amount is None:
        raise Refused("money.not_a_number", "")
    if places is None:
        raise Refused("money.unknown_currency", "")
    if abs(amount) > LARGEST:
        raise Refused("money.too_large", "")
    if money_of(value) is None:
        raise Refused("money.too_fine", "")
    return written_money(amount, value["currency"])


def curve(value):
    points = value["curve"]
    return {
        "scores": [measures.score_of(points, one) for one in value["values"]],
        "values_reaching": [measures.value_reaching(points, one) for one in value["scores"]],
    }


def currency(value):
    if value["currency"] not in PLACES:
        raise Refused("money.unknown_currency", "")
    return {"exponent": PLACES[value["currency"]]}


CALLS = {
    "review": lambda value: review_or_health("review", value),
    "health": lambda value: review_or_health("health", value),
    "currency": currency,
    "proposal_digest": lambda value: {"digest": proposal_digest(value["proposal"]).hexdigest()},
    "money": money,
    "curve": curve,
    "ledger_append": ledger.append,
    "ledger_verify": ledger.verify,
    **credit.CALLS,
    **journeys.CALLS,
    **claims.CALLS,
    **hazard.CALLS,
    **touches.CALLS,
    **orders.CALLS,
    **lifetime.CALLS,
    **cohorts.CALLS,
    **profit.CALLS,
    **arms.CALLS,
    **comparison.CALLS,
}


def tolerance(call, value):
    """How far floats may lie from what stands in the vectors; everywhere else they are the same to the last bit."""
    if call.startswith("attribute"):
        return credit.tolerance(value["model"])
    within = dict.fromkeys(("intervals", "journey_intervals", "agreement", "deduplicate", "choose_order", "path_shares"), 1e-12)
    within |= {"lifetime_predict": 1e-8, "retention": 1e-12, "sample_ratio": 1e-10}
    return (within | dict.fromkeys(("hazard", "calibrate", "compare", "compare_arms"), 1e-9)).get(call, 0.0)


def written_path(path):
    """A path as it is written in refusals: points between names, brackets around numbers."""
    if isinstance(path, str):
        return path
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".") or "."


def at(value, pointer):
    for part in pointer.split("/")[1:]:
        value = value[int(part) if isinstance(value, list) else part]
    return value


def same(here, expected, within=0.0):
    """Equal, with true and 1 kept apart; 1 and 1.0 are the same number. Floats may be off by `within` of the larger one or of 1."""
    if isinstance(here, dict) and isinstance(expected, dict):
        return here.keys() == expected.keys() and all(same(here[key], expected[key], within) for key in here)
    if isinstance(here, list) and isinstance(expected, list):
        return len(here) == len(expected) and all(same(*pair, within) for pair in zip(here, expected))
    if isinstance(here, credit.Unknown):
        return here.fits(expected)
    if within and isinstance(here, float) and isinstance(expected, float):
        return abs(here - expected) <= within * max(1.0, abs(here), abs(expected))
    return here == expected and isinstance(here, bool) == isinstance(expected, bool)


def answered(case, value):
    """Whether it is an answer or a refusal, and which."""
    try:
        return "ok", CALLS[case["call"]](value)
    except Refused as refused:
        return "err", {"code": refused.answer["code"], "path": written_path(refused.answer["path"])}


def differs(case):
    """The first pointer whose value is another one here, with both values."""
    if case["call"] not in CALLS:
        return f"not checked: there is no call {case['call']} here"
    value = expanded(case["input"])
    kind, whole = answered(case, value)
    if list(case["expect"]) != [kind]:
        return f"expected {list(case['expect'])}, here {kind}: {json.dumps(whole)[:300]}"
    if not case["expect"][kind]:
        return "expects nothing"
    for pointer, expected in case["expect"][kind].items():
        try:
            here = at(whole, pointer)
        except (KeyError, IndexError):
            return f"{pointer}\n    expected {json.dumps(expected)}\n    here     nothing"
        if not same(here, expected, tolerance(case["call"], value)):
            return f"{pointer or 'the answer'}\n    expected {json.dumps(expected)}\n    here     {json.dumps(here)}"
    return second_look(case, value, whole) if kind == "ok" else None


def second_look(case, value, whole):
    """What is wrong with an answer that agrees: floats that are not what the definitions say, changes that turn nothing."""
    flaws = exact.measure_flaws()[:3]
    if case["call"] in ("review", "health"):
        policy = value.get("policy") or BASELINE
        flaws.append(exact.composite_flaw(measured(case["call"], value), policy["health"]))
    if case["call"] == "review":
        flaws.append(exact.exposure_flaw(value["proposal"], policy, whole["exposure"], whole["required"]))
        turning = turns.flaws(review_arguments(value), whole)
        if (case["id"] in turns.OPEN) != bool(turning):
            flaws += turning or ["it is listed as open and is not"]
    if "" in case["expect"]["ok"] and case["call"] in ("attribute", "attribute_journeys", "intervals", "journey_intervals"):
        flaws.append(credit.flaw(case["call"], case["expect"]["ok"][""]))
    if case["call"] == "lifetime_fit":
        flaws.append(lifetime.flaw(value, case["expect"]["ok"][""]))
    if case["call"] == "hazard":
        flaws.append(hazard.flaw(value, case["expect"]["ok"][""]))
    return "; ".join(flaw for flaw in flaws if flaw) or None


def checked(case):
    """What differs, or what the oracle stumbled over."""
    try:
        return differs(case)
    except Exception as error:  # A case nobody foresaw is named, not hidden behind the first traceback.
        return f"not checked: {type(error).__name__}: {error}"


def unlisted(index):
    """Files with cases that the index does not name."""
    folders = [path for path in HERE.iterdir() if path.is_dir() and path.name not in ("oracle", "samples")]
    found = {f"{folder.name}/{path.name}" for folder in folders for path in folder.glob("*.json")}
    return sorted(found - set(index["files"]))


def main():
    index = json.loads((HERE / "index.json").read_text())
    exact.watch()
    total, wrong, ids = 0, 0, set()
    for file in index["files"]:
        cases = json.loads((HERE / file).read_text())
        bad = [(case, why) for case in cases if (why := checked(case))]
        total, wrong, ids = total + len(cases), wrong + len(bad), ids | {case["id"] for case in cases}
        sys.stdout.write(f"{file}: {len(cases) - len(bad)} of {len(cases)} agree\n")
        for case, why in bad:
            sys.stdout.write(f"  {case['id']}: {case['why']}\n    {why}\n")
    sys.stdout.write(f"{total - wrong} of {total} vectors agree with the oracle\n")
    others = [f"{file} is not in the index" for file in unlisted(index)]
    others += [f"the baseline's {field} is not what is promised" for field in exact.broken_promises(BASELINE)]
    others += [f"{case} is listed as open and is no vector" for case in turns.OPEN if case not in ids]
    sys.stdout.write("".join(f"{other}\n" for other in others))
    sys.stdout.write("".join(f"open: {case}: {why}\n" for case, why in turns.OPEN.items()))
    sys.stdout.write("".join(f"not checked: {what}\n" for what in NOT_CHECKED))
    return 1 if wrong or others else 0


if __name__ == "__main__":
    sys.exit(main())
