// What each code of the engine says in English: reasons, remedies, missing readings, incidents.
// Codes are closed lists defined by the engine; a code without a sentence is shown as such, never dropped.

export type Params = Record<string, unknown>;
export type Sentence = (params: Params) => string;

const isRecord = (value: unknown): value is Params =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A parameter as it reads inside a sentence. */
export function said(value: unknown): string {
  if (value === null || value === undefined) return "unknown";
  if (typeof value === "number") {
    return new Intl.NumberFormat("en-GB", { maximumFractionDigits: 1 }).format(value);
  }
  if (isRecord(value) && "amount" in value && "currency" in value) {
    return new Intl.NumberFormat("en-GB", {
      style: "currency",
      currency: String(value["currency"]),
    }).format(Number(value["amount"]));
  }
  if (typeof value === "object") return JSON.stringify(value);
  return String(value);
}

export const words = (code: string): string => code.replaceAll("_", " ");
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

export const componentNames: Record<string, string> = {
  match_quality: "Match quality",
  api_health: "API health",
  event_loss: "Event loss",
  platform_stability: "Platform stability",
  data_quality: "Data quality",
};

export const measureNames: Record<string, string> = {
  match_estimate: "Events likely to be matched",
  match_confirmed: "Events the platform matched",
  api_success: "API calls that succeeded",
  api_latency: "API answer time, 95th percentile",
  throttle_headroom: "Call allowance still free",
  token_life: "Access token remaining",
  twin_match: "Browser and server events paired",
  lost_events: "Conversions no event reported",
  surplus_events: "Events without a conversion",
  server_capture: "Conversions the server reported",
  browser_capture: "Conversions the browser reported",
  open_incidents: "Open platform incidents",
  delivery_anomalies: "Anomalous delivery points",
  rejected_changes: "Changes the platform rejected",
  api_sunset: "API version switched off in",
  learning_share: "Spend in learning campaigns",
  delivery_departure: "Farthest delivery point from the usual",
  schema_violations: "Records breaking the schema",
  duplicate_records: "Duplicate records",
  late_records: "Late records",
  future_records: "Records dated in the future",
  empty_values: "Records with empty values",
  watermark_lag: "Newest complete data behind by",
  flat_feed: "Feed repeating one value for",
  revenue_gap: "Platform vs. own revenue gap",
};

export const missingWhy: Record<string, string> = {
  not_supplied: "not supplied",
  never_received: "never received",
  no_observations: "nothing observed in the window",
  unreachable: "source unreachable",
  from_the_future: "dated in the future, refused",
  no_independent_count: "no independent count to compare with",
};

export const incidentKinds: Record<string, string> = {
  pixel_lost: "Pixel lost",
  server_events_stop: "Server events stopped",
  duplicates: "Duplicate events",
  api_lag: "API lag",
  api_errors: "API errors",
  token_expired: "Token expired",
  revenue_mismatch: "Revenue mismatch",
  demand_shift: "Demand shift",
};

export const incidentSentences: Record<string, Sentence> = {
  pixel_lost: (p) =>
    p["page"] === undefined
      ? "The browser pixel is gone from a page."
      : `The browser pixel is gone from ${said(p["page"])}.`,
  server_events_stop: () => "Server-side events no longer arrive.",
  duplicates: (p) =>
    p["share"] === undefined
      ? "Conversions arrive more than once."
      : `${percent(p["share"])} of conversions arrive more than once.`,
  api_lag: (p) =>
    p["delay_seconds"] === undefined
      ? "The platform answers with old numbers."
      : `The platform answers with numbers ${hours(p["delay_seconds"])} old.`,
  api_errors: (p) =>
    p["share"] === undefined
      ? "Calls to the platform fail."
      : `${percent(p["share"])} of calls to the platform fail.`,
  token_expired: () => "The platform refuses the access token.",
  revenue_mismatch: (p) =>
    p["gap"] === undefined
      ? "Platform revenue and own orders disagree."
      : `Platform revenue and own orders differ by ${percent(p["gap"])}.`,
  demand_shift: (p) =>
    p["factor"] === undefined
      ? "Buyers behave differently. The data is fine."
      : `Buyers order ${said(p["factor"])} times as much as usual. The data is fine.`,
};

export const percent = (value: unknown): string =>
  new Intl.NumberFormat("en-GB", { style: "percent", maximumFractionDigits: 0 }).format(
    Number(value),
  );

export const hours = (seconds: unknown): string => `${said(Number(seconds) / 3600)} h`;

export const componentName = (value: unknown): string =>
  componentNames[String(value)] ?? capital(words(String(value)));
