// Why a verdict came out as it did, and what would turn it, as English sentences.
// The codes are the closed enum of the engine's reasons; a test holds this list against the engine's source.
import {
  capital,
  componentName,
  measureNames,
  type Params,
  percent,
  type Sentence,
  said,
  words,
} from "./codes.ts";

export const limitNames: Record<string, string> = {
  increase_percent: "Single increase in percent",
  increase_amount: "Single increase in money",
  campaign_daily_budget: "Daily budget of the campaign",
  changes_per_day: "Changes per day",
  cooldown: "Pause between changes",
  rolling_increase_percent: "Increase within the rolling window",
  cumulative_increase_percent: "Increase above the baseline budget",
  account_daily_increase: "Increases of the account per day",
  portfolio_increase: "Increases across all accounts",
  spend_today: "Spend today",
  minimum_return: "Minimum return",
};

const lackingWhat: Record<string, string> = {
  before: "the amount before the change is unknown",
  amount: "the amount of the change is unknown",
  positive_amount: "the amount is not above zero",
  same_currency: "before and after are in different currencies",
  currency_rate: "a currency rate is missing",
  baseline: "the campaign has no recorded baseline",
  performance: "what the campaign spends and returns is unknown",
};

const modeEffects: Record<string, string> = {
  advisory: "Recorded as a warning.",
  soft_block: "A second person must confirm.",
  hard_block: "This blocks.",
};

const refusals: Record<string, string> = {
  same_person: "the proposer cannot approve their own proposal",
  another_proposal: "it was given for another proposal",
  expired: "it has expired",
  spent: "it was used before",
};

const pick = (from: Record<string, string>, code: unknown): string =>
  from[String(code)] ?? words(String(code));

function spanOf(seconds: unknown): string {
  const s = Number(seconds);
  if (s < 5400) return `${said(Math.ceil(s / 60))} min`;
  return `${said(s / 3600)} h`;
}

export const reasonSentences: Record<string, Sentence> = {
  proposal_expired: () => "The proposal has expired.",
  incomplete: (p) => `The proposal is incomplete: ${pick(lackingWhat, p["lacks"])}.`,
  frozen: () => "A freeze stops every increase here.",
  evidence_out_of_scope: () => "The evidence is about another account or platform.",
  unhealthy: (p) =>
    `Health is measured bad: ${said(p["score"])} is below ${said(p["degraded"])}. A person must act.`,
  insufficient_evidence: (p) =>
    Number(p["coverage"]) === 0
      ? `Nothing is measured; at least ${percent(p["minimum"])} of the weight is needed.`
      : `Only ${percent(p["coverage"])} of the weight is measured; at least ${percent(p["minimum"])} is needed.`,
  not_measured: (p) =>
    Number(p["coverage"]) === 0
      ? `${componentName(p["component"])} is not measured.`
      : `${componentName(p["component"])} is only ${percent(p["coverage"])} measured.`,
  below_floor: (p) =>
    `${componentName(p["component"])} may be as low as ${said(p["low"])}, below its floor of ${said(p["floor"])}.`,
  below_healthy: (p) =>
    `Health may be as low as ${said(p["low"])}; healthy starts at ${said(p["healthy"])}.`,
  recovering: (p) =>
    p["seconds_left"] === null || p["seconds_left"] === undefined
      ? "Health is recovering and has not reached the margin yet."
      : `Health is good again and must stay so for another ${spanOf(p["seconds_left"])}.`,
  exposure_too_large: (p) =>
    `Health is at least ${said(p["low"])}, but an increase of this size needs ${said(p["required"])}.`,
  protection_exhausted: (p) =>
    `Automation has used its ${said(p["at_most"])} protective reductions for now.`,
  limit_broken: (p) =>
    `Limit broken: ${pick(limitNames, p["limit"]).toLowerCase()}. ${pick(modeEffects, p["mode"])}`,
  limit_lacks: (p) =>
    `Limit cannot be checked (${pick(limitNames, p["limit"]).toLowerCase()}): ${pick(lackingWhat, p["lacks"])}. ${pick(modeEffects, p["mode"])}`,
  approval_refused: (p) => `The approval is not accepted: ${pick(refusals, p["why"])}.`,
  confirmed: (p) => `Confirmed by ${said(p["by"])}.`,
  protective: () => "Passed as a protective reduction although health is not good.",
  manual_action: () => "Done by hand by a person; the health rule is not asked.",
};

/** A pass needs no reason; this says what it rests on. */
export const passSentence = (low: number, required: number | null): string =>
  required === null
    ? `Health is at least ${said(low)}.`
    : `Health is at least ${said(low)}; this change needs ${said(required)}.`;

const shares = new Set([
  "match_estimate",
  "match_confirmed",
  "api_success",
  "throttle_headroom",
  "twin_match",
  "lost_events",
  "surplus_events",
  "server_capture",
  "browser_capture",
  "delivery_anomalies",
  "rejected_changes",
  "learning_share",
  "schema_violations",
  "duplicate_records",
  "late_records",
  "future_records",
  "empty_values",
  "revenue_gap",
]);
const unitWords: Record<string, string> = {
  api_latency: " ms",
  token_life: " days",
  api_sunset: " days",
  watermark_lag: " h",
  flat_feed: " h",
  delivery_departure: " σ",
};

function reading(measure: unknown, value: unknown): string {
  if (value === null || value === undefined) return "not measured";
  const name = String(measure);
  if (shares.has(name)) {
    const format = new Intl.NumberFormat("en-GB", { style: "percent", maximumFractionDigits: 1 });
    return format.format(Number(value));
  }
  return `${said(value)}${unitWords[name] ?? ""}`;
}

function liftSentence(p: Params): string {
  const lift = `${componentName(p["component"])} must be at least ${said(p["needed"])} for certain, now ${said(p["low"])}.`;
  const name = measureNames[String(p["measure"])] ?? capital(words(String(p["measure"])));
  if (p["value"] === undefined || p["value"] === null) return `${lift} ${name}: measure it.`;
  const now = reading(p["measure"], p["value"]);
  if (p["value_needed"] === undefined || p["value_needed"] === null) {
    return `${lift} ${name}: now ${now}; more or fresher observations would narrow it.`;
  }
  return `${lift} ${name}: from ${now} to ${reading(p["measure"], p["value_needed"])}.`;
}

/** What would turn a verdict. */
export const remedySentences: Record<string, Sentence> = {
  lift_component: liftSentence,
  wait: (p) => `Wait ${spanOf(p["seconds"])}.`,
  amount_at_most: (p) =>
    `Ask for at most ${said(p["amount"])} (${pick(limitNames, p["limit"]).toLowerCase()}).`,
  confirm: () => "A second person confirms this very proposal.",
  lift_freeze: () => "The freeze is lifted.",
  supply: (p) => `Supply what is lacking: ${pick(lackingWhat, p["lacks"])}.`,
  match_scope: () => "Evidence for the account of the proposal.",
  propose_again: () => "Make the proposal again.",
  change_policy: (p) =>
    `Only another policy: a hard limit stands (${pick(limitNames, p["limit"]).toLowerCase()}).`,
};

function listed(params: Params): string {
  const parts = Object.entries(params).map(([key, value]) => `${words(key)} ${said(value)}`);
  return parts.length === 0 ? "" : `: ${parts.join(", ")}`;
}

export function reasonSentence(code: string, params: Params | undefined): string {
  const sentence = reasonSentences[code];
  return sentence ? sentence(params ?? {}) : `${capital(words(code))}${listed(params ?? {})}.`;
}

export function remedySentence(remedy: Params & { kind: string }): string {
  const { kind, ...params } = remedy;
  const sentence = remedySentences[kind];
  return sentence ? sentence(params) : `${capital(words(kind))}${listed(params)}.`;
}
