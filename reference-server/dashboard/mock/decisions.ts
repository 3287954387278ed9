// What the mock's rules proposed over two months, and what the gate said, given the mock's health at that hour.
// The judging here is a short imitation, enough to show every verdict, reason and state; it is not the engine.
import type {
  ComponentName,
  DecisionState,
  DecisionSummary,
  Money,
  Proposer,
  Reason,
  Remedy,
  VerdictName,
} from "../src/api/types.ts";
import { COMPONENTS } from "../src/api/types.ts";
import { ACCOUNTS, type Account, FAULTS, HOUR, isFault, iso, NOW } from "./advertiser.ts";
import { BASELINE, compose, type Point, type Rules } from "./health.ts";
import { between, pick, type Random, round, seeded } from "./random.ts";

export type Decision = DecisionSummary & {
  point: Point;
  would_pass_if: Remedy[];
  expires: number | null;
  limit: string | null;
};

export const money = (value: number, currency: string): Money => ({
  amount: value.toFixed(2),
  currency,
});

const PROPOSERS: readonly [Proposer, ...Proposer[]] = [
  { kind: "rule", id: "scale_winners" },
  { kind: "rule", id: "scale_winners" },
  { kind: "rule", id: "cut_losers" },
  { kind: "model", id: "pacing-7" },
  { kind: "agent", id: "budget-pilot" },
];

export type Judged = {
  verdict: VerdictName;
  reasons: Reason[];
  would_pass_if: Remedy[];
  required: number;
};

export type Asked = { relative: number; limit: string | null; frozen: boolean };

export type ExposureRule = { rise: number; halfAt: number };
export const EXPOSURE: ExposureRule = { rise: 15, halfAt: 1 };

const HOLDING: Record<ComponentName, [measure: string, worst: number, best: number]> = {
  match_quality: ["match_estimate", 0, 0.94],
  api_health: ["api_success", 0.8, 1],
  event_loss: ["lost_events", 0.6, 0],
  platform_stability: ["delivery_anomalies", 0.6, 0],
  data_quality: ["duplicate_records", 0.4, 0],
};

function lift(component: ComponentName, low: number, needed: number): Remedy {
  const [measure, worst, best] = HOLDING[component];
  const at = (score: number) => round(worst + ((best - worst) * score) / 100, 3);
  return {
    kind: "lift_component",
    component,
    low: round(low),
    needed: round(needed),
    measure,
    value: at(low),
    value_needed: at(needed),
  };
}

function liftWeakest(point: Point, lacking: number, rules: Rules): Remedy {
  const low = (c: ComponentName) => point.components[c]?.low ?? 0;
  const room = (c: ComponentName) => (100 - low(c)) * rules.weights[c];
  const [most] = [...COMPONENTS].sort((a, b) => room(b) - room(a));
  const chosen = most ?? "match_quality";
  const needed = Math.min(100, low(chosen) + lacking / rules.weights[chosen]);
  if (point.components[chosen]?.score !== null) return lift(chosen, low(chosen), needed);
  const [measure] = HOLDING[chosen];
  return { kind: "lift_component", component: chosen, low: 0, needed: round(needed), measure };
}

const STRICTNESS: Record<string, VerdictName> = { frozen: "block", unhealthy: "block" };

/** Imitates the gate: exposure raises what is required; floors, coverage, limits and freezes add reasons. */
export function judge(asked: Asked, point: Point, rules: Rules, exposure = EXPOSURE): Judged {
  const health = compose(point.components, rules);
  const size = Math.max(0, asked.relative);
  const required = round(rules.healthy + (exposure.rise * size) / (size + exposure.halfAt));
  const reasons: Reason[] = [];
  const remedies: Remedy[] = [];
  if (asked.frozen && size > 0) reasons.push({ code: "frozen", params: { freeze: "frz_1" } });
  if (health.score !== null && health.score < rules.degraded) {
    const { score } = health;
    reasons.push({ code: "unhealthy", params: { score, degraded: rules.degraded } });
  }
  if (health.coverage < 0.6) {
    const { coverage } = health;
    reasons.push({ code: "insufficient_evidence", params: { coverage, minimum: 0.6 } });
  }
  for (const component of COMPONENTS) {
    const part = point.components[component];
    const floor = rules.floors[component];
    if (!part || part.score === null) {
      if (reasons.length > 0 || health.low < rules.healthy) {
        reasons.push({ code: "not_measured", params: { component, coverage: 0 } });
      }
    } else if (part.low < floor) {
      reasons.push({ code: "below_floor", params: { component, low: part.low, floor } });
      remedies.push(lift(component, part.low, floor));
    }
  }
  if (health.low < rules.healthy) {
    reasons.push({ code: "below_healthy", params: { low: health.low, healthy: rules.healthy } });
    if (remedies.length === 0) remedies.push(liftWeakest(point, required - health.low, rules));
  } else if (health.low < required) {
    reasons.push({ code: "exposure_too_large", params: { low: health.low, required } });
    if (remedies.length === 0) remedies.push(liftWeakest(point, required - health.low, rules));
  }
  if (asked.limit !== null) {
    reasons.push({ code: "limit_broken", params: { limit: asked.limit, mode: "soft_block" } });
    remedies.push({ kind: "confirm" });
  }
  const blocked = reasons.some((r) => STRICTNESS[r.code] === "block");
  if (asked.frozen && size > 0) remedies.unshift({ kind: "lift_freeze", freeze: "frz_1" });
  const verdict = blocked ? "block" : reasons.length > 0 ? "hold" : "pass";
  return { verdict, reasons, would_pass_if: remedies, required };
}

function faultActive(account: string, time: number): boolean {
  const ago = (NOW - time) / HOUR;
  return FAULTS.some(
    (f) => f.account === account && isFault(f.kind) && ago <= f.since && ago >= (f.until ?? -1),
  );
}

function stateOf(
  verdict: VerdictName,
  limit: string | null,
  time: number,
  luck: number,
): DecisionState {
  if (verdict === "pass") return luck < 0.03 ? "unconfirmed" : "applied";
  if (verdict === "block") return "blocked";
  return limit !== null && NOW - time < 20 * HOUR ? "awaiting_approval" : "held";
}

function proposalOf(
  account: Account,
  random: Random,
  time: number,
  points: Point[],
): Decision | null {
  const index = points.findIndex((p) => p.time > time) - 1;
  const point = points[index < 0 ? points.length - 1 : index];
  const [first, ...rest] = account.campaigns;
  if (point === undefined || first === undefined) return null;
  const campaign = pick(random, [first, ...rest]);
  const proposer = pick(random, PROPOSERS);
  const cut = proposer.id === "cut_losers" || random() < 0.12;
  const relative = cut ? -between(random, 0.1, 0.35) : between(random, 0.05, 0.32);
  const before = campaign.budget * between(random, 0.8, 1.2);
  const change = Math.round(before * relative);
  const limit = !cut && random() < 0.07 ? "account_daily_increase" : null;
  const frozen = account.id === "act_google" && time > NOW - 7 * HOUR;
  const judged = judge({ relative, limit, frozen }, point, BASELINE);
  const harmful = faultActive(account.id, time) ? random() < 0.86 : random() < 0.03;
  const state = stateOf(judged.verdict, limit, time, random());
  return {
    seq: 0,
    at: iso(Math.round(time / 1000) * 1000),
    account: account.id,
    campaign: campaign.id,
    campaign_name: campaign.name,
    action: "set_daily_budget",
    before: money(Math.round(before), account.currency),
    after: money(Math.round(before) + change, account.currency),
    proposer,
    basis: judged.verdict === "pass" ? "gate" : null,
    status: point.status,
    score: point.score,
    low: point.low,
    high: point.high,
    truth: cut ? null : harmful ? "harmful" : "harmless",
    state,
    point,
    limit,
    expires: state === "awaiting_approval" ? time + 24 * HOUR : null,
    ...judged,
  };
}

export function decisionsOf(histories: Map<string, Point[]>): Decision[] {
  const all: Decision[] = [];
  for (const account of ACCOUNTS) {
    const random = seeded(account.seed * 7919);
    const points = histories.get(account.id) ?? [];
    const start = account.id === "act_snap" ? NOW - 130 * HOUR : NOW - 1400 * HOUR;
    for (let time = start; time < NOW - 0.3 * HOUR; time += between(random, 3, 13) * HOUR) {
      const decision = proposalOf(account, random, time, points);
      if (decision !== null) all.push(decision);
    }
  }
  all.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  addSpecialCases(all);
  return all;
}

/** A pause by a person while unhealthy, one waiting for approval, one under a freeze. */
function addSpecialCases(all: Decision[]): void {
  const tiktok = all.findLast((d) => d.account === "act_tiktok" && d.verdict === "block");
  if (tiktok) {
    Object.assign(tiktok, {
      action: "pause",
      proposer: { kind: "person", id: "ana" },
      after: money(0, "EUR"),
      verdict: "pass",
      basis: "manual",
      truth: null,
      state: "applied",
      reasons: [{ code: "manual_action" }],
      would_pass_if: [],
    } satisfies Partial<Decision>);
  }
  const meta = all.filter((d) => d.account === "act_meta" && d.truth !== null).slice(-2);
  for (const [index, decision] of meta.entries()) {
    if (index === 1) {
      Object.assign(decision, {
        ...judge(
          { relative: 0.14, limit: "account_daily_increase", frozen: false },
          decision.point,
          BASELINE,
        ),
        limit: "account_daily_increase",
        state: "awaiting_approval",
        basis: null,
        expires: NOW + 9 * HOUR,
      } satisfies Partial<Decision>);
    }
  }
}

export const componentsOf = (decision: Decision): ComponentName[] =>
  COMPONENTS.filter((c) => decision.point.components[c]?.score !== null);
