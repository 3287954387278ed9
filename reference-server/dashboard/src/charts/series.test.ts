// The geometry of the charts: gaps stay gaps, buckets keep the widest interval and the worst status.
import { expect, test } from "vitest";
import { bucketed, inLanes, linePath, runs, type Sample, stretches, timeTicks } from "./series.ts";

const known = (time: number, score: number): Sample => ({
  time,
  score,
  low: score - 5,
  high: score + 5,
  status: "healthy",
});
const unknown = (time: number): Sample => ({
  time,
  score: null,
  low: 0,
  high: 100,
  status: "degraded",
});

test("a gap is neither bridged nor drawn at zero", () => {
  const parts = runs([known(0, 80), known(1, 82), unknown(2), known(3, 81)]);
  expect(parts.map((p) => p.known)).toEqual([true, false, true]);
});

test("a bucket keeps the widest interval and the worst status", () => {
  const [bucket] = bucketed([known(0, 80), { ...known(1, 60), status: "unhealthy" }], 1);
  expect(bucket).toMatchObject({ score: 70, low: 55, high: 85, status: "unhealthy" });
});

test("a bucket of unknowns stays unknown; one known point does not inherit 0 to 100", () => {
  expect(bucketed([unknown(0), unknown(1)], 1)[0]?.score).toBeNull();
  expect(bucketed([unknown(0), known(1, 90)], 1)[0]).toMatchObject({
    score: 90,
    low: 85,
    high: 95,
  });
});

test("stretches join neighbours of one status", () => {
  const found = stretches([known(0, 80), known(1, 80), unknown(2)], 3);
  expect(found).toEqual([
    { status: "healthy", from: 0, to: 2 },
    { status: "degraded", from: 2, to: 3 },
  ]);
});

test("a line starts with a move and stays in its frame", () => {
  expect(linePath([known(0, 100), known(10, 0)], { from: 0, to: 10, width: 100 }, 50)).toBe(
    "M0.0,0.0L100.0,50.0",
  );
});

test("overlapping spans take different lanes", () => {
  const lanes = inLanes([
    { start: 0, end: 10 },
    { start: 5, end: 8 },
    { start: 11, end: 12 },
  ]).map((p) => p.lane);
  expect(lanes).toEqual([0, 1, 0]);
});

test("ticks fit the width", () => {
  const frame = { from: 0, to: 30 * 86_400_000, width: 400 };
  expect(timeTicks(frame).length).toBeLessThanOrEqual(6);
});
