// The mock tells the story the screens need: every verdict and state, a true chain, unknowns as unknown.
import { expect, test } from "vitest";
import { BASELINE_POLICY, trial } from "./trial.ts";
import { createWorld, overviewOf } from "./world.ts";

const demo = createWorld("demo");

test("it is the same on every run and shows every verdict and most states", () => {
  expect(createWorld("demo").ledger.verify().head).toBe(demo.ledger.verify().head);
  expect(new Set(demo.decisions.map((d) => d.verdict))).toEqual(new Set(["pass", "hold", "block"]));
  const states = new Set(demo.decisions.map((d) => d.state));
  for (const state of ["applied", "unconfirmed", "awaiting_approval", "held", "blocked"] as const) {
    expect(states).toContain(state);
  }
});

test("three statuses and an unmeasured account stand side by side", () => {
  const { accounts } = overviewOf(demo);
  expect(accounts.map((a) => a.health.status)).toEqual([
    "healthy",
    "degraded",
    "unhealthy",
    "degraded",
  ]);
  expect(accounts.at(-1)?.health).toMatchObject({ score: null, low: 0, high: 100, coverage: 0 });
});

test("one altered entry is found by its number", () => {
  expect(demo.ledger.verify().intact).toBe(true);
  expect(createWorld("tampered").ledger.verify().first_bad?.seq).toBeGreaterThan(0);
});

test("the current policy flips nothing, a stricter one only stops", () => {
  expect(trial(demo, BASELINE_POLICY).flip_count).toBe(0);
  const health = { ...(BASELINE_POLICY["health"] as object), healthy: 84 };
  const stricter = trial(demo, { ...BASELINE_POLICY, health });
  expect(stricter.flip_count).toBeGreaterThan(0);
  expect(stricter.flips.every((f) => f.to !== "pass")).toBe(true);
});
