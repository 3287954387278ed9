// How the mock's signal health moves: hourly levels per component, pulled down by the incidents.
// Status has memory, as in the real engine: worse at once, better only after a margin and a dwell time.
import {
  COMPONENTS,
  type ComponentName,
  type HistoryPoint,
  type Interval,
  type Status,
} from "../src/api/types.ts";
import { type Account, DAYS, FAULTS, HOUR, iso, NOW } from "./advertiser.ts";
import { between, clamp, type Random, round, seeded } from "./random.ts";

export type Rules = {
  weights: Record<ComponentName, number>;
  floors: Record<ComponentName, number>;
  healthy: number;
  degraded: number;
  margin: number;
  dwellHours: number;
};

export const BASELINE: Rules = {
  weights: {
    match_quality: 0.35,
    api_health: 0.25,
    event_loss: 0.2,
    platform_stability: 0.1,
    data_quality: 0.1,
  },
  floors: {
    match_quality: 40,
    api_health: 40,
    event_loss: 40,
    platform_stability: 40,
    data_quality: 40,
  },
  healthy: 70,
  degraded: 40,
  margin: 3,
  dwellHours: 6,
};

const UNKNOWN: Interval = { score: null, low: 0, high: 100 };

type Levels = Partial<Record<ComponentName, Interval>>;

function levelAt(account: Account, component: ComponentName, hoursAgo: number): number | null {
  let level = account.level[component];
  for (const fault of FAULTS) {
    if (fault.account !== account.id || !(component in fault.effect)) continue;
    const effect = fault.effect[component];
    const active = hoursAgo <= fault.since && hoursAgo >= (fault.until ?? -1);
    if (!active) continue;
    if (effect === null || effect === undefined || level === null) level = null;
    else level = Math.min(level, effect);
  }
  return level;
}

function intervalAround(center: number, half: number): Interval {
  const score = clamp(center);
  return {
    score: round(score),
    low: round(clamp(score - half)),
    high: round(clamp(score + half * 0.8)),
  };
}

function levelsAt(account: Account, hoursAgo: number, drift: Levels, random: Random): Levels {
  const levels: Levels = {};
  for (const component of COMPONENTS) {
    const target = levelAt(account, component, hoursAgo);
    if (target === null) {
      levels[component] = UNKNOWN;
      continue;
    }
    const last = drift[component]?.score ?? target;
    const wave = Math.sin(((24 - (hoursAgo % 24)) / 24) * Math.PI * 2) * 1.4;
    const center = last + (target + wave - last) * 0.42 + between(random, -1.3, 1.3);
    const night = hoursAgo % 24 > 9 && hoursAgo % 24 < 16 ? 1.9 : 0;
    const half = 2.2 + night + (account.campaigns.length < 3 ? 2.6 : 0) + (100 - center) * 0.035;
    levels[component] = intervalAround(center, half);
  }
  return levels;
}

export function compose(levels: Levels, rules: Rules): Interval & { coverage: number } {
  let weighed = 0;
  let coverage = 0;
  let low = 0;
  let high = 0;
  for (const component of COMPONENTS) {
    const weight = rules.weights[component];
    const part = levels[component] ?? UNKNOWN;
    low += weight * part.low;
    high += weight * part.high;
    if (part.score === null) continue;
    coverage += weight;
    weighed += weight * part.score;
  }
  return {
    score: coverage > 0 ? round(weighed / coverage) : null,
    low: round(low),
    high: round(high),
    coverage: round(coverage, 2),
  };
}

export const brokenFloor = (levels: Levels, rules: Rules): ComponentName | null =>
  COMPONENTS.find((c) => {
    const score = levels[c]?.score;
    return score !== null && score !== undefined && score < rules.floors[c];
  }) ?? null;

export function bareStatus(health: Interval, levels: Levels, rules: Rules): Status {
  if (health.score !== null && health.score < rules.degraded) return "unhealthy";
  if (health.low >= rules.healthy && brokenFloor(levels, rules) === null) return "healthy";
  return "degraded";
}

export type Point = HistoryPoint & {
  time: number;
  coverage: number;
  recoveringUntil: number | null;
};

const RANK: Record<Status, number> = { unhealthy: 0, degraded: 1, healthy: 2 };

export function historyOf(account: Account): Point[] {
  const random = seeded(account.seed);
  const points: Point[] = [];
  const top = Math.floor(NOW / HOUR) * HOUR;
  let drift: Levels = {};
  let status: Status = "degraded";
  let better = BASELINE.dwellHours;
  for (let hour = DAYS * 24; hour >= 0; hour -= 1) {
    const time = top - hour * HOUR;
    const levels = levelsAt(account, hour, drift, random);
    drift = levels;
    const health = compose(levels, BASELINE);
    const bare = bareStatus(health, levels, BASELINE);
    if (RANK[bare] <= RANK[status]) {
      status = bare;
      better = 0;
    } else {
      better = health.low >= BASELINE.healthy + BASELINE.margin ? better + 1 : 0;
      if (better >= BASELINE.dwellHours) status = bare;
    }
    const recoveringUntil =
      better > 0 && status !== bare ? time + (BASELINE.dwellHours - better) * HOUR : null;
    points.push({ at: iso(time), time, status, ...health, components: levels, recoveringUntil });
  }
  return points;
}
