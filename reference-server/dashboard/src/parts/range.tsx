// One interval on the 0-100 scale, with the policy's thresholds and, where given, what was needed.
// Not measured is drawn as a hatched scale, never as a bar at zero.
import { createContext, useContext } from "react";
import type { Interval } from "../api/types.ts";
import * as number from "../format/number.ts";
import { texts } from "../texts.ts";
import type { Tone } from "./marks.tsx";

export type Thresholds = { healthy: number; degraded: number };
export const ThresholdsContext = createContext<Thresholds | null>(null);
export const useThresholds = (): Thresholds | null => useContext(ThresholdsContext);

const at = (value: number) => `${Math.min(100, Math.max(0, value))}%`;

type RangeProps = {
  value: Interval;
  tone: Tone;
  needed?: number | null;
  floor?: number;
  size?: "large";
  label?: string;
};

export function Range({ value, tone, needed, floor, size, label }: RangeProps) {
  const thresholds = useThresholds();
  const marks =
    floor !== undefined ? [floor] : thresholds ? [thresholds.degraded, thresholds.healthy] : [];
  const known = value.score !== null;
  const spoken = known
    ? `${number.score(value.score)}, ${number.range(value.low, value.high)}`
    : texts.notMeasured;
  return (
    <div
      className="range"
      role="img"
      aria-label={label ? `${label}: ${spoken}` : spoken}
      data-tone={known ? tone : "none"}
      data-size={size}
    >
      <span className="rail-line" />
      {marks.map((mark) => (
        <span className="threshold" key={mark} style={{ insetInlineStart: at(mark) }} />
      ))}
      {known ? (
        <>
          <span
            className="open"
            style={{ insetInlineStart: at(value.low), insetInlineEnd: at(100 - value.high) }}
          />
          <span className="point" style={{ insetInlineStart: at(value.score ?? 0) }} />
        </>
      ) : (
        <span className="none" />
      )}
      {needed !== null && needed !== undefined && (
        <span className="needed" style={{ insetInlineStart: at(needed) }} />
      )}
    </div>
  );
}

export function Scale() {
  const thresholds = useThresholds();
  const marks = thresholds ? [thresholds.degraded, thresholds.healthy] : [];
  return (
    <div className="scale" aria-hidden="true">
      <span style={{ insetInlineStart: 0 }}>0</span>
      {marks.map((mark) => (
        <span key={mark} style={{ insetInlineStart: at(mark) }}>
          {mark}
        </span>
      ))}
      <span style={{ insetInlineStart: "100%" }}>100</span>
    </div>
  );
}

/** The tone of one component: its lower end against its floor and the healthy threshold. */
export function componentTone(value: Interval, floor: number, thresholds: Thresholds | null): Tone {
  if (value.score === null) return "none";
  if (value.score < floor) return "unhealthy";
  if (value.low < floor || (thresholds && value.score < thresholds.healthy)) return "degraded";
  return "healthy";
}
