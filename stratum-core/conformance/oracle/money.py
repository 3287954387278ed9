"""Money and canonical bytes, the slow way: exact decimals, one written form, digests of the documents that are bound."""

import decimal
import hashlib
import json
import re

from reading import moment, written

decimal.getcontext().prec = 60
Decimal = decimal.Decimal

EXPONENTS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    2: "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC "
    "CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD "
    "KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO "
    "NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL "
    "THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD YER ZAR ZMW",
}
PLACES = {code: places for places, codes in EXPONENTS.items() for code in codes.split()}
LARGEST = Decimal(1_000_000_000_000)


class Refused(Exception):
    """A call that is refused, with its code and the path to the field."""

    def __init__(self, code, path):
        super().__init__(code, path)
        self.answer = {"code": code, "path": path}


def decimal_of(text):
    if not isinstance(text, str) or not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text):
        return None
    return Decimal(text)


def money_of(value):
    """(amount, currency), or None when it is not money."""
    amount, places = decimal_of(value["amount"]), PLACES.get(value["currency"])
    if amount is None or places is None or abs(amount) > LARGEST:
        return None
    if amount != amount.quantize(Decimal(1).scaleb(-places)):
        return None
    return amount, value["currency"]


def written_money(amount, currency):
    text = format(amount.quantize(Decimal(1).scaleb(-PLACES[currency])), "f")
    return {"amount": text.removeprefix("-") if amount == 0 else text, "currency": currency}


def rounded_down(amount, currency):
    return amount.quantize(Decimal(1).scaleb(-PLACES[currency]), rounding=decimal.ROUND_DOWN)


def float_of(amount, currency):
    """Mantissa over a power of ten, both as floats."""
    power = 1.0
    for _ in range(PLACES[currency]):
        power *= 10.0
    return float(int(amount.scaleb(PLACES[currency]))) / power


def sha(*parts):
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest


MONEY = ["amount", "currency"]
FIELDS = {
    "proposal": ["id", "tenant", "platform", "account", "action", "proposer", "made_at", "expires_at"],
    "action": ["campaign", "before", "after", "daily_budget"],
    "proposer": ["kind", "id"],
    "approval": ["proposal", "by", "at", "expires_at"],
    "policy": ["version", "health", "exposure", "protective", "permit_seconds", "approval_seconds", "limits"],
    "health": ["weights", "healthy", "degraded", "floors", "minimum_coverage", "confidence_z", "recovery", "fresh_seconds",
               "half_life_seconds", "key_weights", "curves"],
    "components": ["match_quality", "api_health", "event_loss", "platform_stability", "data_quality"],
    "key_weights": ["email", "phone", "click_id", "external_id", "browser_id", "ip_and_agent", "name_and_address"],
    "recovery": ["margin", "dwell_seconds"],
    "exposure": ["rise", "half_at"],
    "protective": ["allowed", "at_most", "within_seconds"],
    "limit": ["rule", "mode"],
    "rule": ["within_seconds", "seconds", "at_most", "at_least"],
}
FLOATS = {"weights", "floors", "fresh_seconds", "half_life_seconds", "key_weights", "recovery", "exposure", "curves", "health"}


def in_order(value, fields):
    """Only the fields given, in their order; what is absent stays away."""
    return {field: value[field] for field in fields if value.get(field) is not None}


def spelled(value, currency_of=None):
    """Amounts and times in their one written form."""
    if isinstance(value, dict) and set(value) == set(MONEY):
        return written_money(*money_of(value))
    if isinstance(value, dict):
        return {key: written(moment(one)) if key in ("made_at", "expires_at", "at") else spelled(one) for key, one in value.items()}
    return value


def canonical(value):
    """JSON without white space, floats in their shortest form."""
    return re.sub(r"e-0?(\d)", r"e-\1", json.dumps(value, separators=(",", ":"), ensure_ascii=False)).encode()


def proposal_digest(proposal):
    kind, action = next(iter(proposal["action"].items()))
    ordered = in_order(proposal, FIELDS["proposal"])
    ordered["action"] = {kind: in_order(action, FIELDS["action"])}
    ordered["proposer"] = in_order(proposal["proposer"], FIELDS["proposer"])
    return sha(canonical(spelled(ordered)))


def approval_digest(approval):
    return sha(canonical(spelled(in_order(approval, FIELDS["approval"])))).hexdigest()


def normalised(text):
    """A decimal without trailing zeros."""
    number = format(decimal_of(text), "f")
    return number.rstrip("0").rstrip(".") if "." in number else number


def policy_digest(policy, measures):
    """The digest of every number of a policy, curves in the order of the measures."""
    health = dict(policy["health"])

    def floats(value, fields):
        return {field: float(value[field]) for field in fields}

    for field in ("weights", "floors", "fresh_seconds", "half_life_seconds"):
        health[field] = floats(health[field], FIELDS["components"])
    health["key_weights"] = floats(health["key_weights"], FIELDS["key_weights"])
    health["recovery"] = floats(health["recovery"], FIELDS["recovery"])
    for field in ("healthy", "degraded", "minimum_coverage", "confidence_z"):
        health[field] = float(health[field])
    health["curves"] = {m: [[float(x), float(y)] for x, y in health["curves"][m]] for m in measures}
    ordered = in_order(policy, FIELDS["policy"])
    ordered["health"] = in_order(health, FIELDS["health"])
    ordered["exposure"] = floats(policy["exposure"], FIELDS["exposure"])
    ordered["protective"] = in_order(policy["protective"], FIELDS["protective"])
    limits = []
    for limit in policy["limits"]:
        kind, rule = next(iter(limit["rule"].items()))
        rule = in_order(rule, FIELDS["rule"])
        for field in ("at_most", "at_least"):
            if isinstance(rule.get(field), str):
                rule[field] = normalised(rule[field])
        limits.append({"rule": {kind: spelled(rule)}, "mode": limit["mode"]})
    ordered["limits"] = limits
    return sha(canonical(ordered))


def permit_id(proposal, policy, measures, now):
    micros = moment(now).to_bytes(8, "big", signed=True)
    parts = (proposal_digest(proposal).digest(), policy_digest(policy, measures).digest(), micros)
    return sha(b"stratum-permit-1", *parts).hexdigest()
