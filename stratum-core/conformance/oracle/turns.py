"""Does what would turn a verdict turn it? Makes all the changes an answer names, and reviews again.

`gate.py` computes the changes; here they are only believed when they work. What is tried for each held or blocked proposal:
all changes together pass. Then, for health and limits each by itself, the other one being perfect: without any one of the
changes it does not pass, and an amount one unit higher, a wait one second shorter or a lift a little lower is not enough.
"""

import copy
import json
import math

from gate import Review
from health import composed, remembered
from measures import score_of
from money import PLACES, Decimal, money_of, proposal_digest, written_money
from reading import later, seconds_between

SLIGHTLY = 1e-6
LONGEST_WAIT = 2.0**32 - 1.0
# Answers that say more than is needed, or less, with the reason; none is known. A case that is listed has to have the flaw: what
# is mended leaves the list.
OPEN = {}


class World:
    """The arguments of one review, to be changed. With limits only, health is perfect; with health only, there is no limit."""

    def __init__(self, proposal, evidence, policy, view, now, only=None):
        self.proposal, self.evidence, self.policy, self.view, self.now = copy.deepcopy((proposal, evidence, policy, view, now))
        self.lifts, self.waited, self.confirmed, self.only = {}, 0.0, False, only
        if only == "health":
            self.policy["limits"] = []

    def change(self, change):
        kind = change["kind"]
        if kind == "propose_again":
            self.proposal.pop("expires_at", None)
        elif kind == "lift_freeze":
            self.view["freezes"] = [f for f in self.view["freezes"] if f["id"] != change["freeze"]]
        elif kind == "match_scope":
            self.evidence["scope"].update({field: self.proposal[field] for field in ("tenant", "platform", "account")})
        elif kind == "change_policy":
            limits = self.policy["limits"]
            self.policy["limits"] = [limit for limit in limits if change["limit"] not in limit["rule"]]
        elif kind == "lift_component":
            self.lifts[change["component"]] = change["needed"]
        elif kind == "wait":
            self.waited = max(self.waited, change["seconds"])
        elif kind == "confirm":
            self.confirmed = True
        elif kind == "amount_at_most" and self.only != "health":
            # For health alone the amount stays as proposed, because less would require less.
            self.lower_to(change["amount"])

    def lower_to(self, amount):
        fields = next(iter(self.proposal["action"].values()))
        field = "after" if "after" in fields else "daily_budget"
        if money_of(amount)[0] < money_of(fields[field])[0]:
            fields[field] = amount

    def approve(self, now):
        proposer = self.proposal["proposer"]["id"]
        given = {"proposal": proposal_digest(self.proposal).hexdigest(), "by": proposer + "-second", "at": now}
        self.view.setdefault("approvals", []).append({**given, "expires_at": later(now, 60)})

    def verdict(self):
        """The verdict after all changes. Evidence does not age while the time passes: the changes name it as it is now."""
        before = Review(self.proposal, self.evidence, self.policy, self.view, self.now)
        now = later(self.now, math.ceil(self.waited))
        end = self.proposal.get("expires_at")
        if end is not None and seconds_between(self.now, end) > 0.0:
            self.proposal["expires_at"] = later(end, math.ceil(self.waited))
        if self.confirmed:
            self.approve(now)
        after = Review(self.proposal, self.evidence, self.policy, self.view, now)
        after.health = self.lifted(before.health, now)
        if self.only == "limits":
            after.required, after.health["low"], after.health["memory"] = 0.0, 100.0, {"status": "healthy"}
        return after.judge()

    def lifted(self, health, now):
        """Health with the lifts, and with the status that waiting leaves."""
        components = [dict(c) for c in health["components"]]
        for c in components:
            if c["component"] in self.lifts:
                c["low"] = min(self.lifts[c["component"]], 100.0)
                c["high"], c["coverage"] = max(c["high"], c["low"]), 1.0
                c["score"] = c["low"] if c["score"] is None else max(c["score"], c["low"])
        whole = composed(components, self.policy["health"])
        return {**health, **whole, "components": components, "memory": self.status(health, whole, now)}

    def status(self, health, whole, now):
        """Looked at now and at the end of each dwell time, as somebody who waits would."""
        memory, recovery = health["memory"], self.policy["health"]["recovery"]
        if self.view.get("memory") is None:
            # Nobody keeps a memory: the margin counts, the time is not asked for.
            recovers = health["earned"] != "healthy"
            return {"status": whole["with_margin" if recovers else "earned"], "since": now}
        at = self.now
        while True:
            memory = remembered(memory, whole["earned"], whole["with_margin"], recovery, at)
            if memory["status"] == "healthy" or not memory.get("better_since"):
                return memory
            at = later(memory["better_since"], math.ceil(recovery["dwell_seconds"]))
            if seconds_between(at, now) < 0.0:
                return memory


def tried(arguments, changes, only=None):
    world = World(*arguments, only)
    for change in changes:
        world.change(change)
    return world.verdict()


def suffice(arguments, changes):
    """Whether the changes are enough for health by itself and for the limits by themselves."""
    return all(tried(arguments, changes, only) == "pass" for only in ("health", "limits"))


def name_of(change):
    """Changes of one name are made or left out together: the measures of one component."""
    return change["component"] if change["kind"] == "lift_component" else json.dumps(change, sort_keys=True)


def nearly(change):
    """The same change, made a little too small; a change without a size stays."""
    if change["kind"] == "wait" and change["seconds"] >= 1.0:
        return {**change, "seconds": change["seconds"] - 1.0}
    if change["kind"] == "amount_at_most":
        amount, currency = money_of(change["amount"])
        return {**change, "amount": written_money(amount + Decimal(1).scaleb(-PLACES[currency]), currency)}
    if change["kind"] == "lift_component" and change["needed"] > change["low"] + SLIGHTLY:
        return {**change, "needed": change["needed"] - SLIGHTLY}
    return change


def curve_flaw(change, policy):
    """The value named earns the score; a slightly worse one does not."""
    if change["kind"] != "lift_component" or "value_needed" not in change:
        return None
    points, value = policy["health"]["curves"][change["measure"]], change["value_needed"]
    if score_of(points, value) < change["needed"] - SLIGHTLY:
        return f"{change['measure']} at {value} does not earn {change['needed']}"
    rises = points[-1][1] >= points[0][1]
    worse = value - SLIGHTLY * max(1.0, abs(value)) if rises else value + SLIGHTLY * max(1.0, abs(value))
    inside = points[0][0] <= worse <= points[-1][0]
    if inside and score_of(points, worse) >= change["needed"]:
        return f"{change['measure']} earns {change['needed']} before {value}"
    return None


def why_not_tried(changes):
    """Why the changes cannot be made here; none when they can."""
    if any(change["kind"] == "supply" for change in changes):
        return "nobody knows the value that is to be supplied"
    if any(change.get("seconds") == LONGEST_WAIT for change in changes):
        return "the longest wait there is"
    return None


def flaws(arguments, answer):
    """What is wrong with the changes of one answer; nothing when they turn it and are as small as they can be."""
    changes, policy = answer["would_pass_if"], arguments[2]
    if answer["verdict"] == "pass":
        return ["changes for a proposal that passes"] if changes else []
    if not changes:
        return ["no change turns it"]
    found = [flaw for flaw in (curve_flaw(change, policy) for change in changes) if flaw]
    if why_not_tried(changes):
        return found
    if tried(arguments, changes) != "pass":
        found.append("all changes together do not turn it")
    for name in sorted({name_of(change) for change in changes}):
        if suffice(arguments, [c for c in changes if name_of(c) != name]):
            found.append(f"{name} is not needed")
        smaller = [nearly(c) if name_of(c) == name else c for c in changes]
        if smaller != changes and suffice(arguments, smaller):
            found.append(f"{name} could be smaller")
    return found
