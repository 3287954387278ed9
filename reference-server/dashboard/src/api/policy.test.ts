// The trial moves only its own numbers and refuses what the engine would refuse.
import { expect, test } from "vitest";
import { BASELINE_POLICY } from "../../mock/trial.ts";
import { knobFault, readPolicy, writePolicy } from "./policy.ts";

test("reading and writing back changes nothing", () => {
  expect(writePolicy(BASELINE_POLICY, readPolicy(BASELINE_POLICY))).toEqual(BASELINE_POLICY);
});

test("fields the trial does not know are passed back untouched", () => {
  const policy = { ...BASELINE_POLICY, curves: { a: 1 }, protective: { allowed: false } };
  const written = writePolicy(policy, { ...readPolicy(policy), healthy: 80 });
  expect(written).toMatchObject({
    curves: { a: 1 },
    protective: { allowed: false },
    health: { healthy: 80 },
  });
});

test("faults are found before the server is asked", () => {
  const knobs = readPolicy(BASELINE_POLICY);
  expect(knobFault(knobs)).toBeNull();
  expect(knobFault({ ...knobs, weights: { ...knobs.weights, api_health: 30 } })).toBe(
    "weights_sum",
  );
  expect(knobFault({ ...knobs, degraded: 70 })).toBe("thresholds_order");
  expect(knobFault({ ...knobs, exposureRise: 31 })).toBe("rise_too_high");
  expect(knobFault({ ...knobs, healthy: Number.NaN })).toBe("out_of_range");
});
