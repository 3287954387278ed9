// How a long series becomes the points of a drawing: buckets, gaps, bands and lines. Pure geometry, no DOM.
// A bucket without a score stays without a score; nothing is interpolated across a gap.
import type { Interval, Status } from "../api/types.ts";

export type Sample = Interval & { time: number; status?: Status };
export type Frame = { from: number; to: number; width: number };

const RANK: Record<Status, number> = { healthy: 0, degraded: 1, unhealthy: 2 };

export const xOf = (frame: Frame, time: number): number =>
  ((time - frame.from) / Math.max(1, frame.to - frame.from)) * frame.width;

export const yOf = (height: number, score: number): number => height - (score / 100) * height;

function merge(group: readonly Sample[], time: number): Sample {
  const scored = group.filter((s) => s.score !== null);
  const part = scored.length > 0 ? scored : group;
  const mean = scored.reduce((sum, s) => sum + (s.score ?? 0), 0) / Math.max(1, scored.length);
  const worst = group.reduce<Status | undefined>(
    (bad, s) => (s.status && (!bad || RANK[s.status] > RANK[bad]) ? s.status : bad),
    undefined,
  );
  return {
    time,
    score: scored.length > 0 ? mean : null,
    low: Math.min(...part.map((s) => s.low)),
    high: Math.max(...part.map((s) => s.high)),
    ...(worst ? { status: worst } : {}),
  };
}

/** At most `most` samples; each keeps the widest interval and the worst status of those it stands for. */
export function bucketed(samples: readonly Sample[], most: number): Sample[] {
  const size = Math.max(1, Math.ceil(samples.length / Math.max(1, most)));
  if (size === 1) return [...samples];
  const result: Sample[] = [];
  for (let i = 0; i < samples.length; i += size) {
    const group = samples.slice(i, i + size);
    const middle = group[Math.floor(group.length / 2)];
    if (middle) result.push(merge(group, middle.time));
  }
  return result;
}

/** Runs of samples that all have a score, or all have none. */
export function runs(samples: readonly Sample[]): { known: boolean; samples: Sample[] }[] {
  const result: { known: boolean; samples: Sample[] }[] = [];
  for (const sample of samples) {
    const known = sample.score !== null;
    const last = result.at(-1);
    if (last && last.known === known) last.samples.push(sample);
    else result.push({ known, samples: [sample] });
  }
  return result;
}

const at = (x: number, y: number): string => `${x.toFixed(1)},${y.toFixed(1)}`;

export function linePath(run: readonly Sample[], frame: Frame, height: number): string {
  return run
    .map((s, i) => `${i === 0 ? "M" : "L"}${at(xOf(frame, s.time), yOf(height, s.score ?? 0))}`)
    .join("");
}

export function bandPath(run: readonly Sample[], frame: Frame, height: number): string {
  const top = run.map((s) => at(xOf(frame, s.time), yOf(height, s.high)));
  const bottom = run.map((s) => at(xOf(frame, s.time), yOf(height, s.low))).reverse();
  return `M${[...top, ...bottom].join("L")}Z`;
}

export type Stretch = { status: Status; from: number; to: number };

export function stretches(samples: readonly Sample[], end: number): Stretch[] {
  const result: Stretch[] = [];
  for (const [i, sample] of samples.entries()) {
    if (!sample.status) continue;
    const to = samples[i + 1]?.time ?? end;
    const last = result.at(-1);
    if (last && last.status === sample.status && last.to === sample.time) last.to = to;
    else result.push({ status: sample.status, from: sample.time, to });
  }
  return result;
}

const HOUR = 3_600_000;
const STEPS = [1, 2, 3, 6, 12, 24, 48, 168, 336, 720].map((h) => h * HOUR);

/** Round moments in the reader's own time zone, as many as fit. */
export function timeTicks(frame: Frame, room = 84): { time: number; days: boolean }[] {
  const most = Math.max(1, Math.floor(frame.width / room));
  const step = STEPS.find((s) => (frame.to - frame.from) / s <= most) ?? STEPS.at(-1) ?? HOUR;
  const start = new Date(frame.from);
  start.setHours(0, 0, 0, 0);
  const ticks: { time: number; days: boolean }[] = [];
  for (let time = start.getTime(); time <= frame.to; time += step) {
    if (time >= frame.from) ticks.push({ time, days: step >= 24 * HOUR });
  }
  return ticks;
}

export type Placed<T> = { item: T; lane: number };

/** Puts spans that overlap into different lanes. */
export function inLanes<T extends { start: number; end: number }>(
  items: readonly T[],
): Placed<T>[] {
  const ends: number[] = [];
  return [...items]
    .sort((a, b) => a.start - b.start)
    .map((item) => {
      const free = ends.findIndex((end) => end <= item.start);
      const lane = free === -1 ? ends.length : free;
      ends[lane] = item.end;
      return { item, lane };
    });
}
