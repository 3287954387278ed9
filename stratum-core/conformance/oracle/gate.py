"""The gate, the slow way: the rules in their order, then what would turn the verdict."""

from health import COMPONENTS, composed, measure, summary
from limits import amounts, check
from measures import MEASURES, value_reaching
from money import approval_digest, float_of, money_of, permit_id, proposal_digest, written_money
from reading import later, moment, seconds_between, written

BLOCKS = {"incomplete", "frozen", "unhealthy"}
INFORMS = {"approval_refused", "confirmed", "protective", "manual_action"}
EFFECT_OF_MODE = {"advisory": "informs", "soft_block": "holds", "hard_block": "blocks"}


def reason(code, **params):
    return {"code": code, "params": params} if params else {"code": code}


def exposure_of(action):
    kind, before, after = amounts(action)
    if kind == "pause":
        return {"direction": "reduce", "size": 1.0}
    if before is None or after is None or before[1] != after[1]:
        return {"direction": "increase", "size": 1e9}
    if before[0] == after[0]:
        return {"direction": "neutral", "size": 0.0}
    start, end = float_of(*before), float_of(*after)
    change = end - start if end > start else start - end
    size = change / start * (1.5 if kind == "set_bid" else 1.0) if start > 0.0 else 1e9
    return {"direction": "reduce" if after[0] < before[0] else "increase", "size": min(size, 1e9)}


def required_of(exposure, policy):
    healthy = float(policy["health"]["healthy"])
    if exposure["direction"] != "increase":
        return healthy
    share = exposure["size"] / (exposure["size"] + policy["exposure"]["half_at"])
    return healthy + policy["exposure"]["rise"] * share


class Review:
    def __init__(self, proposal, evidence, policy, view, now):
        self.proposal, self.evidence, self.policy, self.view, self.now = proposal, evidence, policy, view, now
        self.settings = policy["health"]
        self.health = measure(evidence, self.settings, view.get("memory"), now)
        self.exposure = exposure_of(proposal["action"])
        self.required = required_of(self.exposure, policy)
        self.automation = proposal["proposer"]["kind"] != "person"
        self.increases = self.exposure["direction"] == "increase"
        self.reasons, self.approval = [], None

    def say(self, code, **params):
        self.reasons.append(reason(code, **params))

    def judge(self):
        self.judge_proposal()
        if self.increases:
            for freeze in sorted({f["id"] for f in self.view.get("freezes", []) if self.is_covered_by(f["scope"])}):
                self.say("frozen", freeze=freeze)
        if self.automation:
            self.judge_scope()
            self.judge_health()
        if self.increases:
            self.judge_limits()
        self.judge_approvals()
        if not self.automation:
            self.say("manual_action")
        effects = {self.effect(one) for one in self.reasons}
        verdict = "block" if "blocks" in effects else "hold" if "holds" in effects else "pass"
        return verdict

    def effect(self, one):
        code = one["code"]
        if code in ("limit_broken", "limit_lacks"):
            mode = one["params"]["mode"]
            return "informs" if mode == "soft_block" and self.approval else EFFECT_OF_MODE[mode]
        return "blocks" if code in BLOCKS else "informs" if code in INFORMS else "holds"

    def judge_proposal(self):
        end = self.proposal.get("expires_at")
        if end is not None and moment(end) <= moment(self.now):
            self.say("proposal_expired", expired_at=written(moment(end)))
        kind, before, after = amounts(self.proposal["action"])
        lacks = None
        if kind in ("set_daily_budget", "set_bid"):
            if after[0] <= 0:
                lacks = "positive_amount"
            elif before is None:
                lacks = "before"
            elif before[1] != after[1]:
                lacks = "same_currency"
            elif before[0] < 0:
                lacks = "positive_amount"
        elif kind in ("launch", "resume") and after is not None and after[0] <= 0:
            lacks = "positive_amount"
        if lacks:
            self.say("incomplete", lacks=lacks)

    def is_covered_by(self, scope):
        campaign = next(iter(self.proposal["action"].values()))["campaign"]
        own = {"platform": self.proposal["platform"], "account": self.proposal["account"], "campaign": campaign}
        return all(scope.get(field) in (None, own[field]) for field in own)

    def judge_scope(self):
        scope = self.evidence["scope"]
        if any(scope[field] != self.proposal[field] for field in ("tenant", "platform", "account")):
            self.say("evidence_out_of_scope")

    def protective_changes(self):
        window = self.policy["protective"]["within_seconds"]
        for change in self.view.get("applied", []):
            own = change["account"] == self.proposal["account"] and change["by_automation"]
            if own and change["direction"] == "reduce" and seconds_between(change["at"], self.now) < window:
                yield seconds_between(change["at"], self.now)

    def judge_health(self):
        health, settings, protective = self.health, self.settings, self.policy["protective"]
        status, low = health["memory"]["status"], health["low"]
        door = settings["degraded"] + settings["recovery"]["margin"]
        reduces = self.exposure["direction"] == "reduce"
        if protective["allowed"] and reduces and status == "degraded" and low >= door:
            if len(list(self.protective_changes())) < protective["at_most"]:
                return self.say("protective")
            return self.say("protection_exhausted", at_most=protective["at_most"])
        if status == "healthy":
            if low < self.required:
                self.say("exposure_too_large", low=low, required=self.required)
            return None
        if status == "unhealthy":
            score = {} if health["score"] is None else {"score": health["score"]}
            self.say("unhealthy", **score, degraded=float(settings["degraded"]))
        if health["coverage"] < settings["minimum_coverage"]:
            self.say("insufficient_evidence", coverage=health["coverage"], minimum=float(settings["minimum_coverage"]))
        below = [c for c in health["components"] if c["low"] < c["floor"]]
        unknown = [c for c in below if c["coverage"] < 1.0 and c["high"] >= c["floor"]]
        for c in unknown:
            self.say("not_measured", component=c["component"], coverage=c["coverage"])
        for c in below:
            if c not in unknown:
                self.say("below_floor", component=c["component"], low=c["low"], floor=c["floor"])
        if low < settings["healthy"]:
            self.say("below_healthy", low=low, healthy=float(settings["healthy"]))
        if RANK[health["earned"]] > RANK[status]:
            left = self.dwell_left(health["earned"])
            self.reasons.append({"code": "recovering", "params": {} if left is None else {"seconds_left": left}})
        return None

    def dwell_left(self, goal):
        """Seconds until the goal, if it goes on being earned with its margin; None while it is not."""
        memory = self.health["memory"]
        if memory.get("better_since") is None:
            return None
        passed = seconds_between(memory["better_since"], self.now)
        return max(self.dwell_of(goal) - passed, 0.0)

    def dwell_of(self, goal):
        steps = max(RANK[goal] - RANK[self.health["memory"]["status"]], 0)
        return steps * float(self.settings["recovery"]["dwell_seconds"])

    def judge_limits(self):
        lacking = []
        for limit in self.policy["limits"]:
            kind, mode = next(iter(limit["rule"])), limit["mode"]
            found = check(limit["rule"], self.proposal, self.evidence, self.view, self.now)
            if found[0] == "broken":
                self.say("limit_broken", limit=kind, mode=mode)
            elif found[0] == "lacks":
                lacking.append(reason("limit_lacks", limit=kind, mode=mode, lacks=found[1]))
        self.reasons += lacking

    def judge_approvals(self):
        if not any(one.get("params", {}).get("mode") == "soft_block" for one in self.reasons):
            return
        given = {approval_digest(approval): approval for approval in self.view.get("approvals", [])}
        order = sorted(given.values(), key=lambda a: (moment(a["at"]), a["by"], moment(a["expires_at"]), a["proposal"]))
        for approval in order:
            why = self.refusal_of(approval)
            if why is None:
                self.approval = approval_digest(approval)
                return self.say("confirmed", by=approval["by"])
            self.say("approval_refused", why=why)

    def refusal_of(self, approval):
        if approval["proposal"] != proposal_digest(self.proposal).hexdigest():
            return "another_proposal"
        if approval["by"].lower() == self.proposal["proposer"]["id"].lower():
            return "same_person"
        if moment(self.now) >= moment(approval["expires_at"]) or seconds_between(self.now, approval["at"]) > 0.0:
            return "expired"
        return "spent" if approval_digest(approval) in self.view.get("spent_approvals", []) else None

    def would_pass_if(self):
        changes, about_health = [], False
        for one in self.reasons:
            code, params = one["code"], one.get("params", {})
            if code == "proposal_expired":
                changes.append({"kind": "propose_again"})
            elif code == "incomplete":
                changes.append({"kind": "supply", "lacks": params["lacks"]})
            elif code == "frozen":
                changes.append({"kind": "lift_freeze", "freeze": params["freeze"]})
            elif code == "evidence_out_of_scope":
                changes.append({"kind": "match_scope"})
            elif code == "protection_exhausted" and params["at_most"] > 0:
                changes += self.protection_returns()
            elif self.effect(one) != "informs" and code not in ("limit_broken", "limit_lacks"):
                about_health = True
        protection = self.policy["protective"]
        if about_health and self.exposure["direction"] == "reduce" and protection["allowed"] and protection["at_most"] > 0:
            # A reduction passes as protection long before health is back.
            changes += self.lifts("degraded") + self.protection_returns()
        elif about_health:
            changes += self.lifts("healthy")
        if self.increases:
            self.loosen(changes)
        return binding(changes)

    def protection_returns(self):
        """The wait until the oldest of the last `at_most` reductions has left the window; none when there is room."""
        ages, at_most = sorted(self.protective_changes()), self.policy["protective"]["at_most"]
        if len(ages) < at_most:
            return []
        return [{"kind": "wait", "seconds": float(self.policy["protective"]["within_seconds"]) - ages[at_most - 1]}]

    def lifts(self, goal):
        """Floors first; then the component with the most room, the last only as far as needed."""
        settings, health = self.settings, self.health
        recovering = RANK[health["memory"]["status"]] < RANK[goal]
        margin = settings["recovery"]["margin"] if recovering or goal == "degraded" else 0.0
        target = settings[goal] + margin
        needs = {}
        if goal == "healthy":
            target = max(self.required, target)
            unknown = health["coverage"] < settings["minimum_coverage"]
            for c in health["components"]:
                floor = c["floor"] + margin if c["floor"] > 0.0 else 0.0
                if c["low"] < floor or (unknown and c["coverage"] < 1.0):
                    needs[c["component"]] = max(floor, c["low"])
        for _ in COMPONENTS:
            lifted = [{**c, "low": needs.get(c["component"], c["low"])} for c in health["components"]]
            deficit = target - composed(lifted, settings)["low"]
            if deficit <= 0.0:
                break
            best = max(lifted, key=lambda c: c["weight"] * (100.0 - c["low"]))
            if best["weight"] * (100.0 - best["low"]) <= 0.0:
                break
            needed = best["low"] + deficit * 100.0 / best["weight"]
            needs[best["component"]] = needed + 1e-9 if needed + 1e-9 < 100.0 else 100.0
        changes = []
        for component in COMPONENTS:
            if component in needs:
                changes += self.lift(component, needs[component])
        if recovering and self.view.get("memory") is not None:
            wait = self.dwell_left(goal)
            wait = self.dwell_of(goal) if wait is None else wait
            changes += [{"kind": "wait", "seconds": wait}] if wait > 0.0 else []
        return changes

    def lift(self, component, needed):
        for name in MEASURES:
            found = self.health["found"].get(name)
            if MEASURES[name][0] != component or found is None:
                continue
            low, value = found.get("low", 0.0), found.get("value")
            if value is not None and low >= needed:
                continue
            change = {"kind": "lift_component", "component": component, "low": low, "needed": needed, "measure": name}
            reached = value_reaching(self.settings["curves"][name], needed)
            change.update({} if value is None else {"value": value})
            change.update({} if reached is None else {"value_needed": reached})
            yield change

    def loosen(self, changes):
        asked = [(limit["mode"], self.loosened(limit)) for limit in self.policy["limits"] if limit["mode"] != "advisory"]
        asked = [(mode, change) for mode, change in asked if change is not None]
        other_amount = any(mode == "hard_block" and change["kind"] == "amount_at_most" for mode, change in asked)
        by_confirming = any(change["kind"] == "confirm" for _, change in asked)
        for mode, change in asked:
            if mode == "soft_block" and self.approval and not other_amount:
                continue  # it is confirmed, and stays so while the proposal is the same
            if mode == "soft_block" and by_confirming:
                change = {"kind": "confirm"}
            if change not in changes:
                changes.append(change)

    def loosened(self, limit):
        kind = next(iter(limit["rule"]))
        found = check(limit["rule"], self.proposal, self.evidence, self.view, self.now)
        if found[0] == "kept":
            return None
        by_mode = {"kind": "confirm"} if limit["mode"] == "soft_block" else {"kind": "change_policy", "limit": kind}
        before = next(iter(self.proposal["action"].values())).get("before")
        if found == ("lacks", "before") and before and money_of(before)[0] == 0:
            return by_mode  # it is known, and is nothing
        if found[0] == "lacks":
            return {"kind": "supply", "lacks": found[1]}
        if found[1] is not None:
            most, currency = found[1]
            if before and money_of(before)[1] == currency:
                most = max(most, money_of(before)[0])
            return {"kind": "amount_at_most", "limit": kind, "amount": written_money(most, currency)}
        if found[2] is not None:
            return {"kind": "wait", "seconds": float(found[2])}
        return by_mode


def binding(changes):
    """The longest wait and, in each currency, the smallest amount, each in the place of the first; of equal ones the first."""
    kept, place = [], {}
    for change in changes:
        if change["kind"] == "wait":
            key, size = "wait", -change["seconds"]
        elif change["kind"] == "amount_at_most":
            size, key = money_of(change["amount"])
        else:
            kept.append(change)
            continue
        if key not in place:
            place[key] = (len(kept), size)
            kept.append(change)
        elif size < place[key][1]:
            kept[place[key][0]] = change
            place[key] = (place[key][0], size)
    return kept


RANK = {"unhealthy": 0, "degraded": 1, "healthy": 2}


def review(proposal, evidence, policy, view, now):
    """The answer of the call `review`."""
    one = Review(proposal, evidence, policy, view, now)
    verdict = one.judge()
    passed = verdict == "pass"
    answer = {"verdict": verdict}
    if passed:
        answer["basis"] = "gate" if one.automation else "manual"
        answer["permit"] = permit_id(proposal, policy, list(MEASURES), now)
    answer["reasons"] = one.reasons
    answer["would_pass_if"] = [] if passed else one.would_pass_if()
    answer["exposure"], answer["required"] = one.exposure, one.required
    if passed and one.approval:
        answer["approval"] = one.approval
    answer["health"] = summary(one.health)
    return answer


def midnight(now):
    return later(now, 0).partition("T")[0] + "T00:00:00Z"
