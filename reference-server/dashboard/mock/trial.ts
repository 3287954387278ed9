// What the mock answers to a policy trial: its past decisions judged again under other numbers.
import { readPolicy } from "../src/api/policy.ts";
import { COMPONENTS, type Flip, type PolicyJson, type TrialResult } from "../src/api/types.ts";
import { type Decision, EXPOSURE, type ExposureRule, judge, money } from "./decisions.ts";
import { BASELINE, type Rules } from "./health.ts";
import { COUNTED, judgedNow, truthTable, type World } from "./world.ts";

export const BASELINE_POLICY: PolicyJson = {
  health: {
    weights: Object.fromEntries(COMPONENTS.map((c) => [c, Math.round(BASELINE.weights[c] * 100)])),
    healthy: BASELINE.healthy,
    degraded: BASELINE.degraded,
    floors: { ...BASELINE.floors },
    recovery: { margin: BASELINE.margin, dwell_seconds: BASELINE.dwellHours * 3600 },
    minimum_coverage: 0.6,
  },
  exposure: { rise: EXPOSURE.rise, half_at: EXPOSURE.halfAt },
  version: "baseline-2026-11",
  permit_seconds: 300,
  approval_seconds: 3600,
  limits: [],
};

function rulesOf(policy: PolicyJson): Rules & { exposure: ExposureRule } {
  const knobs = readPolicy(policy);
  const weights = { ...BASELINE.weights };
  const floors = { ...BASELINE.floors };
  for (const c of COMPONENTS) {
    weights[c] = knobs.weights[c] / 100;
    floors[c] = knobs.floors[c];
  }
  return {
    weights,
    floors,
    healthy: knobs.healthy,
    degraded: knobs.degraded,
    margin: knobs.recoveryMargin,
    dwellHours: knobs.recoveryHours,
    exposure: { rise: knobs.exposureRise, halfAt: knobs.exposureHalfAt },
  };
}

const relative = (d: Decision): number => {
  const before = Number(d.before?.amount ?? 1);
  return (Number(d.after?.amount ?? 0) - before) / before;
};

export function trial(world: World, policy: PolicyJson): TrialResult {
  const rules = rulesOf(policy);
  const again = new Map<number, Flip>();
  for (const d of world.decisions) {
    if (d.basis === "manual") continue;
    const judged = judge(
      { relative: relative(d), limit: d.limit, frozen: d.reasons.some((r) => r.code === "frozen") },
      d.point,
      rules,
      rules.exposure,
    );
    if (judged.verdict === d.verdict) continue;
    const increase = Number(d.after?.amount ?? 0) - Number(d.before?.amount ?? 0);
    again.set(d.seq, {
      seq: d.seq,
      at: d.at,
      account: d.account,
      campaign: d.campaign,
      from: d.verdict,
      to: judged.verdict,
      reasons_from: d.reasons,
      reasons_to: judged.reasons,
      increase: increase > 0 ? money(increase, d.after?.currency ?? "EUR") : null,
      truth: d.truth,
    });
  }
  const flips = [...again.values()].reverse();
  const total = (to: boolean) =>
    flips
      .filter((f) => (f.to === "pass") === to && (f.from === "pass") !== to)
      .reduce((sum, f) => sum + Number(f.increase?.currency === "EUR" ? f.increase.amount : 0), 0);
  const before = judgedNow(world);
  const after = before.map((j) => ({
    ...j,
    passed: (again.get(j.decision.seq)?.to ?? j.decision.verdict) === "pass",
  }));
  return {
    reviews: world.decisions.length,
    same: world.decisions.length - flips.length,
    flips: flips.slice(0, 200),
    flip_count: flips.length,
    not_computable_count: 0,
    money: { newly_passed: money(total(true), "EUR"), newly_stopped: money(total(false), "EUR") },
    truth:
      world.scenario === "plain"
        ? null
        : { before: truthTable(before), after: truthTable(after), note: COUNTED },
  };
}
