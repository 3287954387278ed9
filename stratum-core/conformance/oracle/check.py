"""Do the vectors have a second origin? Recomputes every expected answer in plain Python and compares, exactly.

Run it without arguments; it prints the counts and ends with 1 when anything differs. Standard library only.
"""

import json
import sys

import gate
import health
import ledger
import refusals
from measures import score_of, value_reaching
from money import LARGEST, PLACES, Refused, decimal_of, money_of, proposal_digest, written_money
from reading import HERE, expanded

BASELINE = json.loads((HERE / "samples/baseline_2026_11.json").read_text())


def review_or_health(call, value):
    refusals.refuse_unreadable(call, value)
    policy = value.get("policy") or BASELINE
    refusals.refuse_policy(policy)
    refusals.refuse_impossible(value["evidence"], value["now"])
    if call == "health":
        return health.answer(health.measure(value["evidence"], policy["health"], value.get("memory"), value["now"]))
    view = value.get("view") or {"account_day_began": gate.midnight(value["now"])}
    return gate.review(value["proposal"], value["evidence"], policy, view, value["now"])


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
        "scores": [score_of(points, one) for one in value["values"]],
        "values_reaching": [value_reaching(points, one) for one in value["scores"]],
    }


def answer(call, value):
    if call in ("review", "health"):
        return review_or_health(call, value)
    if call == "currency":
        return {"exponent": PLACES[value["currency"]]}
    if call == "proposal_digest":
        return {"digest": proposal_digest(value["proposal"]).hexdigest()}
    table = {"money": money, "curve": curve, "ledger_append": ledger.append, "ledger_verify": ledger.verify}
    return table[call](value)


def written_path(path):
    """A path as it is written in refusals: points between names, brackets around numbers."""
    if isinstance(path, str):
        return path
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".") or "."


def at(value, pointer):
    for part in pointer.split("/")[1:]:
        value = value[int(part)] if isinstance(value, list) else value.get(part)
    return value


def differs(case):
    """The first pointer whose value is another one here, with both values."""
    try:
        kind, whole = "ok", answer(case["call"], expanded(case["input"]))
    except Refused as refused:
        kind, whole = "err", {"code": refused.answer["code"], "path": written_path(refused.answer["path"])}
    if list(case["expect"]) != [kind]:
        return f"expected {list(case['expect'])}, here {kind}: {json.dumps(whole)[:300]}"
    for pointer, expected in case["expect"][kind].items():
        here = at(whole, pointer) if pointer else whole
        if here != expected:
            return f"{pointer or 'the answer'}\n    expected {json.dumps(expected)}\n    here     {json.dumps(here)}"
    return None


def main():
    index = json.loads((HERE / "index.json").read_text())
    total, wrong = 0, 0
    for file in index["files"]:
        cases = json.loads((HERE / file).read_text())
        found = [(case, differs(case)) for case in cases]
        bad = [(case, why) for case, why in found if why]
        total, wrong = total + len(cases), wrong + len(bad)
        sys.stdout.write(f"{file}: {len(cases) - len(bad)} of {len(cases)} agree\n")
        for case, why in bad:
            sys.stdout.write(f"  {case['id']}: {case['why']}\n    {why}\n")
    sys.stdout.write(f"{total - wrong} of {total} vectors agree with the oracle\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
