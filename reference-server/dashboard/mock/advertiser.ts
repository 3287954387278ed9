// Who the mock's advertiser is: its accounts, campaigns and the incidents with their known truth.
// Times are hours before NOW, so the story reads the same on any day.
import type { ComponentName, IncidentKind } from "../src/api/types.ts";

export const NOW = Date.parse("2026-11-24T14:12:00Z");
export const HOUR = 3_600_000;
export const DAYS = 60;

export const iso = (time: number): string => new Date(time).toISOString().replace(".000Z", "Z");

export type Account = {
  id: string;
  name: string;
  platform: string;
  currency: string;
  time_zone: string;
  seed: number;
  /** Usual level per component; null means never measured. */
  level: Record<ComponentName, number | null>;
  campaigns: readonly { id: string; name: string; budget: number }[];
};

export const ACCOUNTS: readonly Account[] = [
  {
    id: "act_meta",
    name: "Nordlicht · Meta",
    platform: "meta",
    currency: "EUR",
    time_zone: "Europe/Berlin",
    seed: 11,
    level: {
      match_quality: 91,
      api_health: 97,
      event_loss: 92,
      platform_stability: 94,
      data_quality: 95,
    },
    campaigns: [
      { id: "cmp_101", name: "Rain jackets, prospecting", budget: 420 },
      { id: "cmp_102", name: "Winter boots, lookalike", budget: 260 },
      { id: "cmp_103", name: "Catalogue retargeting", budget: 180 },
    ],
  },
  {
    id: "act_google",
    name: "Nordlicht · Google Ads",
    platform: "google",
    currency: "EUR",
    time_zone: "Europe/Berlin",
    seed: 23,
    level: {
      match_quality: 88,
      api_health: 98,
      event_loss: 90,
      platform_stability: 93,
      data_quality: null,
    },
    campaigns: [
      { id: "cmp_201", name: "Brand search DACH", budget: 310 },
      { id: "cmp_202", name: "Shopping, all products", budget: 540 },
      { id: "cmp_203", name: "Performance Max, tents", budget: 275 },
    ],
  },
  {
    id: "act_tiktok",
    name: "Nordlicht · TikTok",
    platform: "tiktok",
    currency: "EUR",
    time_zone: "Europe/Berlin",
    seed: 37,
    level: {
      match_quality: 82,
      api_health: 95,
      event_loss: 86,
      platform_stability: 90,
      data_quality: 90,
    },
    campaigns: [
      { id: "cmp_301", name: "Trail running, spark ads", budget: 150 },
      { id: "cmp_302", name: "Creators, autumn", budget: 95 },
    ],
  },
  {
    id: "act_snap",
    name: "Nordlicht · Snapchat UK",
    platform: "snapchat",
    currency: "GBP",
    time_zone: "Europe/London",
    seed: 53,
    level: {
      match_quality: null,
      api_health: null,
      event_loss: null,
      platform_stability: null,
      data_quality: null,
    },
    campaigns: [{ id: "cmp_401", name: "First steps, students", budget: 40 }],
  },
];

export type Fault = {
  id: string;
  account: string;
  kind: IncidentKind;
  /** Hours before NOW. `until` null: still going on. */
  since: number;
  until: number | null;
  noticed: number | null;
  source: "simulation_truth" | "observed";
  /** Level the component falls to; null means it is no longer measured. */
  effect: Partial<Record<ComponentName, number | null>>;
  summary: { code: string; params: Record<string, unknown> };
};

const fault = (
  id: string,
  account: string,
  kind: IncidentKind,
  [since, until, noticed]: [number, number | null, number | null],
  effect: Fault["effect"],
  params: Record<string, unknown> = {},
): Fault => ({
  id,
  account,
  kind,
  since,
  until,
  noticed,
  source: "simulation_truth",
  effect,
  summary: { code: kind, params },
});

export const FAULTS: readonly Fault[] = [
  fault(
    "inc_01",
    "act_meta",
    "pixel_lost",
    [990, 934, 987],
    { event_loss: 18, match_quality: 58 },
    { page: "/checkout" },
  ),
  fault(
    "inc_02",
    "act_meta",
    "duplicates",
    [590, 561, 586],
    { data_quality: 31, event_loss: 66 },
    { share: 0.41 },
  ),
  fault(
    "inc_03",
    "act_meta",
    "demand_shift",
    [300, 228, null],
    { platform_stability: 76 },
    { factor: 1.6 },
  ),
  fault(
    "inc_04",
    "act_meta",
    "api_lag",
    [100, 84, 98],
    { api_health: 52 },
    { delay_seconds: 41_000 },
  ),
  fault(
    "inc_05",
    "act_google",
    "revenue_mismatch",
    [720, 668, 705],
    { platform_stability: 61, match_quality: 66 },
    { gap: 0.34 },
  ),
  fault(
    "inc_06",
    "act_google",
    "demand_shift",
    [410, 362, null],
    { platform_stability: 78 },
    { factor: 0.7 },
  ),
  fault("inc_07", "act_google", "server_events_stop", [9, null, 7.5], { event_loss: 29 }, {}),
  fault(
    "inc_08",
    "act_tiktok",
    "api_errors",
    [1180, 1168, 1179],
    { api_health: 34 },
    { share: 0.22 },
  ),
  fault(
    "inc_09",
    "act_tiktok",
    "pixel_lost",
    [480, 444, 475],
    { event_loss: 21, match_quality: 60 },
    { page: "/product" },
  ),
  fault(
    "inc_10",
    "act_tiktok",
    "token_expired",
    [31, null, 31],
    {
      api_health: 2,
      platform_stability: null,
      data_quality: 24,
      event_loss: 33,
      match_quality: 52,
    },
    {},
  ),
  {
    ...fault("inc_11", "act_meta", "api_errors", [98, 85, 97], {}, { share: 0.08 }),
    source: "observed",
  },
];

export const isFault = (kind: IncidentKind): boolean => kind !== "demand_shift";
