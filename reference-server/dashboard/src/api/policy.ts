// Which numbers of a policy the trial screen may move, and where they sit in the policy JSON.
// Everything else in the policy is passed back untouched.
import { COMPONENTS, type ComponentName, type PolicyJson } from "./types.ts";

export type Knobs = {
  healthy: number;
  degraded: number;
  /** Percent; must sum to 100. */
  weights: Record<ComponentName, number>;
  floors: Record<ComponentName, number>;
  recoveryMargin: number;
  recoveryHours: number;
  exposureRise: number;
  exposureHalfAt: number;
};

type Tree = Record<string, unknown>;

const branch = (tree: Tree, key: string): Tree => (tree[key] as Tree | undefined) ?? {};
const leaf = (tree: Tree, key: string): number => Number(tree[key] ?? 0);

const perComponent = (read: (c: ComponentName) => number): Record<ComponentName, number> =>
  Object.fromEntries(COMPONENTS.map((c) => [c, read(c)])) as Record<ComponentName, number>;

const tidy = (value: number): number => Number(value.toFixed(4));

export function readPolicy(policy: PolicyJson): Knobs {
  const health = branch(policy, "health");
  const recovery = branch(health, "recovery");
  return {
    healthy: leaf(health, "healthy"),
    degraded: leaf(health, "degraded"),
    weights: perComponent((c) => leaf(branch(health, "weights"), c)),
    floors: perComponent((c) => leaf(branch(health, "floors"), c)),
    recoveryMargin: leaf(recovery, "margin"),
    recoveryHours: tidy(leaf(recovery, "dwell_seconds") / 3600),
    exposureRise: leaf(branch(policy, "exposure"), "rise"),
    exposureHalfAt: leaf(branch(policy, "exposure"), "half_at"),
  };
}

export function writePolicy(policy: PolicyJson, knobs: Knobs): PolicyJson {
  const health = branch(policy, "health");
  return {
    ...policy,
    health: {
      ...health,
      healthy: knobs.healthy,
      degraded: knobs.degraded,
      weights: knobs.weights,
      floors: knobs.floors,
      recovery: {
        ...branch(health, "recovery"),
        margin: knobs.recoveryMargin,
        dwell_seconds: Math.round(knobs.recoveryHours * 3600),
      },
    },
    exposure: {
      ...branch(policy, "exposure"),
      rise: knobs.exposureRise,
      half_at: knobs.exposureHalfAt,
    },
  };
}

export const weightSum = (knobs: Knobs): number =>
  tidy(COMPONENTS.reduce((sum, c) => sum + knobs.weights[c], 0));

export type KnobFault = "weights_sum" | "thresholds_order" | "rise_too_high" | "out_of_range";

export function knobFault(knobs: Knobs): KnobFault | null {
  const scores = [knobs.healthy, knobs.degraded, ...Object.values(knobs.floors)];
  const all = [...scores, ...Object.values(knobs.weights), knobs.recoveryMargin];
  if (all.some((n) => !Number.isFinite(n) || n < 0 || n > 100)) return "out_of_range";
  if (!(knobs.recoveryMargin <= 30 && knobs.recoveryHours >= 0 && knobs.recoveryHours <= 720)) {
    return "out_of_range";
  }
  if (!(knobs.exposureHalfAt >= 0.001 && knobs.exposureHalfAt <= 1000)) return "out_of_range";
  if (weightSum(knobs) !== 100) return "weights_sum";
  if (knobs.degraded >= knobs.healthy) return "thresholds_order";
  if (!(knobs.exposureRise >= 0 && knobs.exposureRise <= 100 - knobs.healthy))
    return "rise_too_high";
  return null;
}
