// Everything the mock knows, built once per scenario and then changed by the requests.
// Scenarios: demo, empty (new tenant), tampered (one altered ledger entry), broken (every call fails),
// slow (every call takes two seconds), plain (not a simulation: no truth, no money summary).
import type {
  AccountSummary,
  Freeze,
  HealthDetail,
  Incident,
  LedgerSummary,
  MoneySummary,
  Overview,
  TruthTable,
} from "../src/api/types.ts";
import { COMPONENTS } from "../src/api/types.ts";
import { ACCOUNTS, type Account, FAULTS, HOUR, isFault, iso, NOW } from "./advertiser.ts";
import { type Decision, decisionsOf } from "./decisions.ts";
import { BASELINE, historyOf, type Point } from "./health.ts";
import { FREEZE, type Ledger, ledgerOf } from "./ledger.ts";
import { componentOf } from "./measures.ts";

export type Scenario = "demo" | "empty" | "tampered" | "broken" | "slow" | "plain";

export type World = {
  scenario: Scenario;
  accounts: readonly Account[];
  histories: Map<string, Point[]>;
  decisions: Decision[];
  ledger: Ledger;
  freezes: Freeze[];
  verifiedAt: string | null;
};

export function createWorld(scenario: Scenario): World {
  const empty = scenario === "empty";
  const accounts = empty ? [] : ACCOUNTS;
  const histories = new Map(accounts.map((a) => [a.id, historyOf(a)]));
  const decisions = empty ? [] : decisionsOf(histories);
  if (scenario === "plain") for (const d of decisions) d.truth = null;
  return {
    scenario,
    accounts,
    histories,
    decisions,
    ledger: ledgerOf(decisions, scenario === "tampered"),
    freezes: empty ? [] : [{ ...FREEZE }],
    verifiedAt: empty ? null : iso(NOW - 0.6 * HOUR),
  };
}

export const isDemo = (world: World): boolean => world.scenario !== "plain";

export function healthOf(account: string, point: Point): HealthDetail {
  return {
    account,
    at: point.at,
    status: point.status,
    score: point.score,
    low: point.low,
    high: point.high,
    coverage: point.coverage,
    recovering_until: point.recoveringUntil === null ? null : iso(point.recoveringUntil),
    components: COMPONENTS.map((c) =>
      componentOf(
        c,
        point.components[c] ?? { score: null, low: 0, high: 100 },
        BASELINE.weights[c],
        BASELINE.floors[c],
      ),
    ),
  };
}

export function incidentsOf(world: World): Incident[] {
  const ids = new Set(world.accounts.map((a) => a.id));
  return FAULTS.filter((f) => ids.has(f.account))
    .filter((f) => isDemo(world) || f.source === "observed")
    .map((f) => ({
      id: f.id,
      kind: f.kind,
      account: f.account,
      from: iso(NOW - f.since * HOUR),
      to: f.until === null ? null : iso(NOW - f.until * HOUR),
      fault: isFault(f.kind),
      source: f.source,
      first_noticed_at: f.noticed === null ? null : iso(NOW - f.noticed * HOUR),
      summary: f.summary,
    }))
    .sort((a, b) => b.from.localeCompare(a.from));
}

export const latest = (world: World, account: string): Point | undefined =>
  world.histories.get(account)?.at(-1);

function summaryOf(world: World, account: Account): AccountSummary | null {
  const point = latest(world, account.id);
  if (point === undefined) return null;
  const { id, name, platform, currency, time_zone } = account;
  const { status, score, low, high, coverage, at } = point;
  return {
    id,
    name,
    platform,
    currency,
    time_zone,
    health: { status, score, low, high, coverage, at },
    open_incidents: incidentsOf(world).filter((i) => i.account === id && i.to === null).length,
  };
}

const change = (d: Decision): number =>
  Number(d.after?.amount ?? 0) - Number(d.before?.amount ?? 0);

export type Judged = { decision: Decision; passed: boolean };

export const COUNTED =
  "increases the rule proposed, against the known truth of the simulation; those that only damaged data led to " +
  "and that pay all the same are not counted, nor is what an agent or a person wished";

export function truthTable(judged: readonly Judged[]): TruthTable {
  const sum = (passed: boolean, truth: string) => {
    const of = judged.filter((j) => j.passed === passed && j.decision.truth === truth);
    return { amount: of.reduce((s, j) => s + change(j.decision), 0).toFixed(2), count: of.length };
  };
  const [sh, sl] = [sum(false, "harmful"), sum(false, "harmless")];
  const [ph, pl] = [sum(true, "harmful"), sum(true, "harmless")];
  return {
    stopped_harmful: sh.amount,
    stopped_harmful_count: sh.count,
    stopped_harmless: sl.amount,
    stopped_harmless_count: sl.count,
    passed_harmful: ph.amount,
    passed_harmful_count: ph.count,
    passed_harmless: pl.amount,
    passed_harmless_count: pl.count,
  };
}

export const judgedNow = (world: World): Judged[] =>
  world.decisions
    .filter((d) => d.truth !== null && d.before?.currency === "EUR")
    .map((decision) => ({ decision, passed: decision.verdict === "pass" }));

function moneyOf(world: World): MoneySummary | null {
  if (!isDemo(world)) return null;
  const applied = world.decisions.filter(
    (d) => d.state === "applied" && d.before?.currency === "EUR",
  );
  const total = (sign: 1 | -1) =>
    applied
      .map(change)
      .filter((c) => Math.sign(c) === sign)
      .reduce((s, c) => s + Math.abs(c), 0)
      .toFixed(2);
  return {
    currency: "EUR",
    moved: { increases: total(1), decreases: total(-1) },
    protected: truthTable(judgedNow(world)),
    note: COUNTED,
  };
}

function ledgerSummary(world: World): LedgerSummary {
  const result = world.ledger.verify();
  return {
    entries: result.entries,
    head: result.head,
    verified_at: world.verifiedAt,
    intact: world.verifiedAt === null ? null : result.intact,
  };
}

export function overviewOf(world: World): Overview {
  const empty = world.scenario === "empty";
  return {
    tenant: empty
      ? { id: "new", name: "New tenant", simulation: false }
      : { id: "demo", name: "Nordlicht Outdoor", simulation: isDemo(world) },
    now: iso(NOW),
    listening: "127.0.0.1:8080",
    identity: "unverified",
    policy: { version: "baseline-2026-11", digest: "9f2c41d07ab8e35566b0c1d2e3f40516" },
    accounts: world.accounts.flatMap((a) => summaryOf(world, a) ?? []),
    money: empty ? null : moneyOf(world),
    ledger: ledgerSummary(world),
    freezes: world.freezes,
    open_proposals: world.decisions.filter((d) => d.state === "awaiting_approval").length,
  };
}
