// What each component of the mock was measured from; values follow the component's score.
// A component without a score has measures that say why they are missing.
import type { Component, ComponentName, Interval, Measure, MeasureUnit } from "../src/api/types.ts";
import { clamp, round } from "./random.ts";

type Shape = {
  measure: string;
  unit: MeasureUnit;
  /** Value at score 0 and at score 100. */
  span: [number, number];
  digits: number;
  missing?: string;
};

const SHAPES: Record<ComponentName, readonly Shape[]> = {
  match_quality: [
    { measure: "match_estimate", unit: "ratio", span: [0, 0.94], digits: 3 },
    {
      measure: "match_confirmed",
      unit: "ratio",
      span: [0, 0.9],
      digits: 3,
      missing: "never_received",
    },
  ],
  api_health: [
    { measure: "api_success", unit: "ratio", span: [0, 0.999], digits: 4 },
    { measure: "api_latency", unit: "milliseconds", span: [9000, 420], digits: 0 },
    { measure: "throttle_headroom", unit: "ratio", span: [0, 0.86], digits: 2 },
    { measure: "token_life", unit: "days", span: [0, 47], digits: 0 },
  ],
  event_loss: [
    { measure: "twin_match", unit: "ratio", span: [0, 0.96], digits: 3 },
    { measure: "lost_events", unit: "ratio", span: [0.9, 0.01], digits: 3 },
    { measure: "surplus_events", unit: "ratio", span: [0.5, 0.004], digits: 3 },
    { measure: "server_capture", unit: "ratio", span: [0, 0.98], digits: 3 },
    { measure: "browser_capture", unit: "ratio", span: [0.2, 0.87], digits: 3 },
  ],
  platform_stability: [
    { measure: "open_incidents", unit: "count", span: [6, 0], digits: 0 },
    { measure: "delivery_anomalies", unit: "ratio", span: [0.6, 0.01], digits: 3 },
    { measure: "rejected_changes", unit: "ratio", span: [0.5, 0.004], digits: 3 },
    { measure: "learning_share", unit: "ratio", span: [0.9, 0.06], digits: 2 },
    { measure: "delivery_departure", unit: "deviations", span: [40, 2], digits: 1 },
  ],
  data_quality: [
    { measure: "schema_violations", unit: "ratio", span: [0.3, 0.002], digits: 4 },
    { measure: "duplicate_records", unit: "ratio", span: [0.6, 0.004], digits: 3 },
    { measure: "late_records", unit: "ratio", span: [0.5, 0.01], digits: 3 },
    { measure: "watermark_lag", unit: "hours", span: [30, 0.4], digits: 1 },
    { measure: "revenue_gap", unit: "ratio", span: [0.7, 0.02], digits: 3 },
  ],
};

const WHY_MISSING: Partial<Record<ComponentName, string>> = {
  platform_stability: "unreachable",
  data_quality: "no_independent_count",
};

const WIGGLE = [3.1, -4.2, 0.6, 1.8] as const;
const AGES = [240, 1260, 3480, 610] as const;
const nth = (list: readonly number[], index: number): number => list[index % list.length] ?? 0;

function measureOf(shape: Shape, part: Interval, index: number, why: string): Measure {
  const { measure, unit } = shape;
  const missing = part.score === null ? why : (shape.missing ?? null);
  if (missing !== null || part.score === null) {
    return {
      measure,
      unit,
      value: null,
      score: null,
      low: 0,
      high: 100,
      missing,
      age_seconds: null,
    };
  }
  const score = clamp(part.score + nth(WIGGLE, index));
  const [worst, best] = shape.span;
  const value = worst + ((best - worst) * score) / 100;
  return {
    measure,
    unit,
    value: round(value, shape.digits),
    score: round(score),
    low: round(clamp(score - (part.score - part.low) * 1.3)),
    high: round(clamp(score + (part.high - part.score) * 1.2)),
    missing: null,
    age_seconds: nth(AGES, index),
  };
}

export function componentOf(
  component: ComponentName,
  part: Interval,
  weight: number,
  floor: number,
): Component {
  const why = WHY_MISSING[component] ?? "never_received";
  const measures = SHAPES[component].map((shape, index) => measureOf(shape, part, index, why));
  const measured = measures.filter((m) => m.score !== null);
  return {
    component,
    weight,
    floor,
    ...part,
    coverage: round(measured.length / measures.length, 2),
    age_seconds:
      measured.length === 0 ? null : Math.max(...measured.map((m) => m.age_seconds ?? 0)),
    measures,
  };
}
