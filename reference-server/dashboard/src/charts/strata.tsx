// Health through time as strata: composite, status, incidents, decisions and the five components on one time axis.
// A reading line crosses all layers; pointer and arrow keys move it, and the values beside the layers follow it.
import { type KeyboardEvent, type PointerEvent, useEffect, useMemo, useRef, useState } from "react";
import type { Component, DecisionSummary, HistoryPoint, Incident } from "../api/types.ts";
import { COMPONENTS } from "../api/types.ts";
import * as number from "../format/number.ts";
import { day, moment, timeOfDay } from "../format/time.ts";
import { useThresholds } from "../parts/range.tsx";
import { componentName } from "../texts/codes.ts";
import { texts } from "../texts.ts";
import { Hatches, SeriesLayer, type Shade } from "./layer.tsx";
import { type Frame, type Sample, stretches, timeTicks, xOf } from "./series.ts";
import { DecisionStrip, IncidentStrip, StatusStrip } from "./strips.tsx";

type StrataProps = {
  points: readonly HistoryPoint[];
  incidents: readonly Incident[];
  decisions: readonly DecisionSummary[];
  components: readonly Component[];
  from: number;
  to: number;
};

function useWidth() {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (!box.current) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setWidth(Math.floor(entry.contentRect.width));
    });
    observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  return { box, width };
}

const sampleOf = (p: HistoryPoint): Sample => ({
  time: Date.parse(p.at),
  score: p.score,
  low: p.low,
  high: p.high,
  status: p.status,
});

function Row({
  name,
  note,
  value,
  children,
}: {
  name: string;
  note?: string;
  value?: Sample | undefined;
  children: React.ReactNode;
}) {
  return (
    <div className="layer">
      <div className="layer-name">
        {name}
        {note && <span className="quiet small"> {note}</span>}
      </div>
      <div className="layer-body">{children}</div>
      <div className="layer-value">
        {value &&
          (value.score === null ? (
            <span className="quiet small">{texts.notMeasured}</span>
          ) : (
            <>
              <b>{number.score(value.score)}</b>
              <span className="quiet small">{number.range(value.low, value.high)}</span>
            </>
          ))}
      </div>
    </div>
  );
}

function Axis({ frame }: { frame: Frame }) {
  return (
    <svg className="layer-plot axis" width={frame.width} height={20} aria-hidden="true">
      {timeTicks(frame).map(({ time, days }) => (
        <text key={time} x={xOf(frame, time)} y={14}>
          {days || new Date(time).getHours() === 0 ? day(time) : timeOfDay(time)}
        </text>
      ))}
    </svg>
  );
}

function nearest(samples: readonly Sample[], time: number): number {
  let best = 0;
  for (const [i, s] of samples.entries()) {
    if (Math.abs(s.time - time) < Math.abs((samples[best]?.time ?? 0) - time)) best = i;
  }
  return best;
}

function spoken(sample: Sample | undefined): string {
  if (!sample) return "";
  const time = moment(sample.time);
  if (sample.score === null || !sample.status) return texts.account.readout.unknown(time);
  return texts.account.readout.known(
    time,
    number.score(sample.score),
    number.range(sample.low, sample.high),
    texts.status[sample.status],
  );
}

/** Where the reading line stands, and how pointer and keys move it; without it the newest values are shown. */
function useReadingLine(
  samples: readonly Sample[],
  frame: Frame,
  box: React.RefObject<HTMLDivElement | null>,
) {
  const [cursor, setCursor] = useState<number | null>(null);
  const last = samples.length - 1;
  const index = Math.min(cursor ?? last, last);
  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    const rect = box.current?.getBoundingClientRect();
    if (!rect || frame.width === 0) return;
    const portion = (event.clientX - rect.left) / frame.width;
    setCursor(nearest(samples, frame.from + portion * (frame.to - frame.from)));
  };
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const target = {
      ArrowLeft: index - 1,
      ArrowRight: index + 1,
      PageDown: index - 24,
      PageUp: index + 24,
      Home: 0,
      End: last,
    }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    setCursor(Math.min(last, Math.max(0, target)));
  };
  const onPointerLeave = () => setCursor(null);
  return { cursor, index, handlers: { onPointerMove, onPointerLeave, onKeyDown } };
}

type ComponentRowsProps = {
  points: readonly HistoryPoint[];
  components: readonly Component[];
  frame: Frame;
  shades: readonly Shade[];
  index: number;
};

function ComponentRows({ points, components, frame, shades, index }: ComponentRowsProps) {
  const parts = useMemo(
    () =>
      COMPONENTS.map((c) =>
        points.map(
          (p): Sample => ({
            time: Date.parse(p.at),
            ...(p.components[c] ?? { score: null, low: 0, high: 100 }),
          }),
        ),
      ),
    [points],
  );
  return COMPONENTS.map((c, i) => {
    const info = components.find((x) => x.component === c);
    const samples = parts[i] ?? [];
    return (
      <Row
        key={c}
        name={componentName(c)}
        {...(info ? { note: number.weight(info.weight) } : {})}
        value={samples[index]}
      >
        <SeriesLayer
          samples={samples}
          frame={frame}
          height={46}
          lines={info ? [info.floor] : []}
          shades={shades}
        />
      </Row>
    );
  });
}

export function Strata({ points, incidents, decisions, components, from, to }: StrataProps) {
  const { box, width } = useWidth();
  const thresholds = useThresholds();
  const frame: Frame = { from, to, width };
  const composite = useMemo(() => points.map(sampleOf), [points]);
  const shades: Shade[] = incidents
    .filter((i) => i.source === "simulation_truth")
    .map((i) => ({
      key: i.id,
      from: Date.parse(i.from),
      to: i.to ? Date.parse(i.to) : to,
      fault: i.fault,
    }));
  const { cursor, index, handlers } = useReadingLine(composite, frame, box);
  const current = composite[index];

  return (
    <div className="strata-box">
      <Hatches />
      {/* The slider role makes the reading line reachable and speakable: its value is a moment in time. */}
      <div
        className="strata"
        role="slider"
        tabIndex={0}
        aria-label={`${texts.account.chart}. ${texts.account.chartHelp}`}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, composite.length - 1)}
        aria-valuenow={index}
        aria-valuetext={spoken(current)}
        {...handlers}
      >
        <div className="layer" aria-hidden="true">
          <div className="layer-name" />
          <div className="layer-body" ref={box}>
            <div className="cursor-time" data-live={cursor !== null}>
              {cursor !== null && current && (
                <span
                  style={{
                    insetInlineStart: `clamp(2.5rem, ${xOf(frame, current.time)}px, calc(100% - 2.5rem))`,
                  }}
                >
                  {moment(current.time)}
                </span>
              )}
            </div>
          </div>
          <div className="layer-value" />
        </div>
        <Row name={texts.account.composite} value={current}>
          <SeriesLayer
            samples={composite}
            frame={frame}
            height={170}
            lines={thresholds ? [thresholds.degraded, thresholds.healthy] : []}
            shades={shades}
            strong
          />
          {thresholds && (
            <div className="threshold-names" aria-hidden="true">
              {[thresholds.degraded, thresholds.healthy].map((t) => (
                <span key={t} style={{ insetBlockEnd: `${t}%` }}>
                  {t}
                </span>
              ))}
            </div>
          )}
        </Row>
        <Row name={texts.account.statusLayer}>
          <StatusStrip stretches={stretches(composite, to)} frame={frame} />
        </Row>
        <Row name={texts.account.incidentLayer}>
          <IncidentStrip incidents={incidents} frame={frame} />
        </Row>
        {decisions.length > 0 && (
          <Row name={texts.account.decisionLayer}>
            <DecisionStrip decisions={decisions} frame={frame} />
          </Row>
        )}
        <ComponentRows
          points={points}
          components={components}
          frame={frame}
          shades={shades}
          index={index}
        />
        <Row name="">
          <Axis frame={frame} />
        </Row>
        {cursor !== null && current && <CursorLine x={xOf(frame, current.time)} />}
      </div>
    </div>
  );
}

const CursorLine = ({ x }: { x: number }) => (
  <div className="cursor" aria-hidden="true">
    <i style={{ insetInlineStart: `${x}px` }} />
  </div>
);
