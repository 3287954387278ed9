// What the server answers under /v1, written by hand from the agreed contract.
// It holds types only; once the server publishes its OpenAPI document these are generated from it.

export type Timestamp = string;
export type Money = { amount: string; currency: string };
export type Status = "healthy" | "degraded" | "unhealthy";
export type VerdictName = "pass" | "hold" | "block";
export type Truth = "harmful" | "harmless";
export type ComponentName =
  | "match_quality"
  | "api_health"
  | "event_loss"
  | "platform_stability"
  | "data_quality";

export const COMPONENTS: readonly ComponentName[] = [
  "match_quality",
  "api_health",
  "event_loss",
  "platform_stability",
  "data_quality",
];

/** A measured (or unmeasured) 0-100 value: `score` is null when nothing was measured. */
export type Interval = { score: number | null; low: number; high: number };

export type HealthNow = Interval & { status: Status; coverage: number; at: Timestamp };

export type AccountSummary = {
  id: string;
  name: string;
  platform: string;
  currency: string;
  time_zone: string;
  health: HealthNow;
  open_incidents: number;
};

export type TruthTable = {
  stopped_harmful: string;
  stopped_harmful_count: number;
  stopped_harmless: string;
  stopped_harmless_count: number;
  passed_harmful: string;
  passed_harmful_count: number;
  passed_harmless: string;
  passed_harmless_count: number;
};

export type MoneySummary = {
  currency: string;
  moved: { increases: string; decreases: string };
  protected: TruthTable;
  note: string;
};

export type Freeze = {
  id: string;
  scope: { account?: string | null; platform?: string | null; campaign?: string | null };
  by: string;
  at: Timestamp;
  why: string;
};

export type LedgerSummary = {
  entries: number;
  head: string;
  verified_at: Timestamp | null;
  intact: boolean | null;
};

export type Overview = {
  tenant: { id: string; name: string; simulation: boolean };
  now: Timestamp;
  listening: string;
  identity?: string;
  policy: { version: string; digest: string };
  accounts: AccountSummary[];
  money: MoneySummary | null;
  ledger: LedgerSummary;
  freezes: Freeze[];
  open_proposals: number;
};

export type MeasureUnit =
  | "ratio"
  | "milliseconds"
  | "seconds"
  | "hours"
  | "days"
  | "count"
  | "deviations";

export type Measure = Interval & {
  measure: string;
  value: number | null;
  unit: MeasureUnit;
  missing: string | null;
  age_seconds: number | null;
};

export type Component = Interval & {
  component: ComponentName;
  weight: number;
  floor: number;
  coverage: number;
  age_seconds: number | null;
  measures: Measure[];
};

export type HealthDetail = Interval & {
  account: string;
  at: Timestamp;
  status: Status;
  coverage: number;
  recovering_until: Timestamp | null;
  components: Component[];
};

export type HistoryPoint = Interval & {
  at: Timestamp;
  status: Status;
  components: Partial<Record<ComponentName, Interval>>;
};

export type History = { points: HistoryPoint[] };

export type IncidentKind =
  | "pixel_lost"
  | "server_events_stop"
  | "duplicates"
  | "api_lag"
  | "api_errors"
  | "token_expired"
  | "revenue_mismatch"
  | "demand_shift";

/** A closed code with parameters; the sentence is made in the texts catalogue. */
export type Coded = { code: string; params?: Record<string, unknown> };
export type Reason = Coded;

export type Incident = {
  id: string;
  kind: IncidentKind;
  account: string;
  from: Timestamp;
  to: Timestamp | null;
  fault: boolean;
  source: "simulation_truth" | "observed";
  first_noticed_at: Timestamp | null;
  summary: Coded;
};

export type DecisionState =
  | "recorded"
  | "applied"
  | "unconfirmed"
  | "awaiting_approval"
  | "held"
  | "blocked";

export type Proposer = { kind: "rule" | "model" | "agent" | "person"; id: string };

export type DecisionSummary = Interval & {
  seq: number;
  at: Timestamp;
  account: string;
  campaign: string;
  campaign_name: string;
  action: string;
  before: Money | null;
  after: Money | null;
  proposer: Proposer;
  verdict: VerdictName;
  basis: "gate" | "manual" | null;
  reasons: Reason[];
  status: Status;
  required: number | null;
  truth: Truth | null;
  state: DecisionState;
};

export type Remedy = { kind: string } & Record<string, unknown>;

export type Receipt = {
  before: Money | null;
  requested: Money | null;
  observed: Money | null;
  at: Timestamp;
  outcome: "applied" | "not_applied" | "unconfirmed";
};

export type DecisionDetail = DecisionSummary & {
  would_pass_if: Remedy[];
  health: HealthDetail;
  policy: { version: string; digest: string };
  evidence: unknown;
  proposal: unknown;
  receipt: Receipt | null;
  entry_hash: string;
  replay: { same: boolean } | null;
};

export type DecisionPage = { decisions: DecisionSummary[]; next_before: number | null };

export type ProposalSummary = DecisionSummary & {
  proposal_id: string;
  expires_at: Timestamp | null;
};

export type LedgerEntry = {
  seq: number;
  at: Timestamp;
  kind: string;
  hash: string;
  previous: string;
  bytes: number;
};
export type LedgerPage = { entries: LedgerEntry[]; next_before: number | null };
export type LedgerBody = Omit<LedgerEntry, "bytes"> & { body: unknown };

export type Verification = {
  intact: boolean;
  entries: number;
  head: string;
  first_bad: { seq: number; why: string } | null;
  took_ms: number;
};

export type PolicyJson = Record<string, unknown>;
export type PolicyAnswer = { version: string; digest: string; policy: PolicyJson };

export type Flip = {
  seq: number;
  at: Timestamp;
  account: string;
  campaign: string;
  from: VerdictName;
  to: VerdictName;
  reasons_from: Reason[];
  reasons_to: Reason[];
  increase: Money | null;
  truth: Truth | null;
};

export type TrialResult = {
  reviews: number;
  same: number;
  flips: Flip[];
  flip_count: number;
  not_computable_count: number;
  money: { newly_passed: Money; newly_stopped: Money };
  truth: { before: TruthTable; after: TruthTable; note: string } | null;
};

/** RFC 9457. `code` is stable; `path` points at the field. */
export type Problem = {
  type?: string;
  title: string;
  status: number;
  detail?: string;
  code?: string;
  path?: string;
};
