// One layer of the strata: an interval series drawn as band and line, with its gaps hatched.
import type { Interval } from "../api/types.ts";
import { bandPath, bucketed, type Frame, linePath, runs, type Sample, xOf, yOf } from "./series.ts";

export type Shade = { key: string; from: number; to: number; fault: boolean };

export function Hatches() {
  return (
    <svg width="0" height="0" aria-hidden="true" style={{ position: "absolute" }}>
      <defs>
        <pattern
          id="hatch-none"
          width="6"
          height="6"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <line x1="0" y1="0" x2="0" y2="6" stroke="var(--rule-2)" strokeWidth="1.6" />
        </pattern>
        <pattern
          id="hatch-fault"
          width="5"
          height="5"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <line x1="0" y1="0" x2="0" y2="5" stroke="var(--unhealthy)" strokeWidth="1.4" />
        </pattern>
      </defs>
    </svg>
  );
}

export function Shades({
  shades,
  frame,
  height,
}: {
  shades: readonly Shade[];
  frame: Frame;
  height: number;
}) {
  return shades.map((shade) => {
    const x = xOf(frame, Math.max(shade.from, frame.from));
    const width = Math.max(1, xOf(frame, Math.min(shade.to, frame.to)) - x);
    return (
      <rect
        key={shade.key}
        x={x}
        y={0}
        width={width}
        height={height}
        fill={shade.fault ? "var(--unhealthy)" : "var(--accent)"}
        opacity={0.07}
      />
    );
  });
}

type SeriesLayerProps = {
  samples: readonly Sample[];
  frame: Frame;
  height: number;
  lines: readonly number[];
  shades: readonly Shade[];
  strong?: boolean;
};

export function SeriesLayer({ samples, frame, height, lines, shades, strong }: SeriesLayerProps) {
  const drawn = bucketed(samples, Math.max(40, frame.width / 2));
  return (
    <svg className="layer-plot" width={frame.width} height={height} aria-hidden="true">
      <Shades shades={shades} frame={frame} height={height} />
      {lines.map((line) => (
        <line
          key={line}
          x1={0}
          x2={frame.width}
          y1={yOf(height, line)}
          y2={yOf(height, line)}
          stroke="var(--rule-2)"
          strokeDasharray="3 3"
        />
      ))}
      {runs(drawn).map((run) => {
        const first = run.samples[0];
        const last = run.samples.at(-1);
        if (!first || !last) return null;
        if (!run.known) {
          const x = xOf(frame, first.time);
          const width = Math.max(2, xOf(frame, last.time) - x);
          return (
            <rect
              key={first.time}
              x={x}
              width={width}
              y={0}
              height={height}
              fill="url(#hatch-none)"
              opacity={0.6}
            />
          );
        }
        return (
          <g key={first.time}>
            <path d={bandPath(run.samples, frame, height)} fill="var(--band)" />
            <path
              d={linePath(run.samples, frame, height)}
              fill="none"
              stroke="var(--ink)"
              strokeWidth={strong ? 1.6 : 1.2}
              strokeLinejoin="round"
            />
          </g>
        );
      })}
    </svg>
  );
}

/** A word-sized history: no axis, stretches with its cell. */
export function Sparkline({
  points,
  label,
}: {
  points: readonly (Interval & { at: string })[];
  label: string;
}) {
  const samples = points.map((p) => ({ ...p, time: Date.parse(p.at) }));
  const from = samples[0]?.time ?? 0;
  const to = samples.at(-1)?.time ?? 1;
  const frame = { from, to, width: 160 };
  return (
    <svg
      className="sparkline"
      viewBox="0 0 160 28"
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {runs(bucketed(samples, 80)).map((run) => {
        const first = run.samples[0];
        const last = run.samples.at(-1);
        if (!first || !last) return null;
        if (!run.known) {
          const x = xOf(frame, first.time);
          return (
            <rect
              key={first.time}
              x={x}
              y={11}
              height={6}
              width={Math.max(1, xOf(frame, last.time) - x)}
              fill="url(#hatch-none)"
            />
          );
        }
        return (
          <g key={first.time}>
            <path d={bandPath(run.samples, frame, 28)} fill="var(--band)" />
            <path
              d={linePath(run.samples, frame, 28)}
              fill="none"
              stroke="var(--ink)"
              strokeWidth="1.2"
              vectorEffect="non-scaling-stroke"
            />
          </g>
        );
      })}
    </svg>
  );
}
