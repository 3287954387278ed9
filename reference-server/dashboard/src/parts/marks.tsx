// The small signs for status and verdict. Shape says it as well as colour, and a word always stands beside.
import type { ReactNode } from "react";
import type { Status, VerdictName } from "../api/types.ts";
import { texts } from "../texts.ts";

export type Tone = Status | VerdictName | "none";

const SHAPES: Record<Tone, ReactNode> = {
  healthy: <circle cx="6" cy="6" r="5.5" />,
  degraded: (
    <>
      <circle cx="6" cy="6" r="4.75" fill="none" strokeWidth="1.5" />
      <path d="M6 1.2a4.8 4.8 0 0 0 0 9.6z" stroke="none" />
    </>
  ),
  unhealthy: <path d="M1 1l10 10M11 1L1 11" strokeWidth="2.6" />,
  none: <circle cx="6" cy="6" r="4.75" fill="none" strokeWidth="1.5" strokeDasharray="2 1.7" />,
  pass: <path d="M2.2 .8v10.4L11.4 6z" />,
  hold: <path d="M1.6 1h3v10h-3zM7.4 1h3v10h-3z" />,
  block: <path d="M.9 .9h10.2v10.2H.9z" />,
};

export function Mark({ tone }: { tone: Tone }) {
  return (
    <svg
      className="mark"
      viewBox="0 0 12 12"
      aria-hidden="true"
      data-tone={tone}
      style={{
        fill: "var(--tone)",
        stroke:
          tone === "unhealthy" || tone === "degraded" || tone === "none" ? "var(--tone)" : "none",
      }}
    >
      {SHAPES[tone]}
    </svg>
  );
}

export const toneOf = (status: Status, score: number | null): Tone =>
  score === null && status !== "unhealthy" ? "none" : status;

export function StatusWord({ status, score }: { status: Status; score?: number | null }) {
  const tone = score === undefined ? status : toneOf(status, score);
  return (
    <span className="toned" data-tone={tone}>
      <Mark tone={tone} />
      {texts.status[status]}
    </span>
  );
}

export function VerdictWord({ verdict }: { verdict: VerdictName }) {
  return (
    <span className="toned" data-tone={verdict}>
      <Mark tone={verdict} />
      {texts.verdict[verdict]}
    </span>
  );
}
