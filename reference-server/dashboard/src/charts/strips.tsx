// The flat layers of the strata: status over time, incidents in lanes, decisions as ticks.
import type { DecisionSummary, Incident, VerdictName } from "../api/types.ts";
import { incidentKinds } from "../texts/codes.ts";
import { texts } from "../texts.ts";
import { type Frame, inLanes, type Stretch, xOf } from "./series.ts";

export function StatusStrip({ stretches, frame }: { stretches: readonly Stretch[]; frame: Frame }) {
  return (
    <svg className="layer-plot" width={frame.width} height={10} aria-hidden="true">
      {stretches.map((s) => {
        const x = xOf(frame, s.from);
        return (
          <rect
            key={s.from}
            data-tone={s.status}
            x={x}
            y={s.status === "healthy" ? 3 : 0}
            height={s.status === "healthy" ? 4 : 10}
            width={Math.max(1, xOf(frame, s.to) - x)}
            fill="var(--tone)"
          />
        );
      })}
    </svg>
  );
}

const LANE = 20;
const NAME_WIDTH = 136;

/** A span with its name beside it: after it where there is room, else before it. Lanes are shared by footprint. */
function footprints(incidents: readonly Incident[], frame: Frame) {
  const room = ((frame.to - frame.from) * NAME_WIDTH) / Math.max(1, frame.width);
  const spans = incidents
    .map((incident) => ({
      incident,
      from: Math.max(frame.from, Date.parse(incident.from)),
      until: incident.to ? Math.min(frame.to, Date.parse(incident.to)) : frame.to,
    }))
    .filter((s) => s.until > frame.from && s.from < frame.to)
    .map((s) => {
      const late = s.until + room > frame.to;
      return {
        ...s,
        late,
        start: late ? s.from - room : s.from,
        end: late ? s.until : s.until + room,
      };
    });
  return spans;
}

export function IncidentStrip({
  incidents,
  frame,
}: {
  incidents: readonly Incident[];
  frame: Frame;
}) {
  const spans = footprints(incidents, frame);
  const placed = inLanes(spans);
  const lanes = Math.max(1, ...placed.map((p) => p.lane + 1));
  return (
    <svg
      className="layer-plot incidents"
      width={frame.width}
      height={lanes * LANE}
      aria-hidden="true"
    >
      {placed.map(({ item, lane }) => {
        const x = xOf(frame, item.from);
        const width = Math.max(3, xOf(frame, item.until) - x);
        const y = lane * LANE + 4;
        const { fault, first_noticed_at: noticed, kind, source } = item.incident;
        const name = incidentKinds[kind] ?? kind;
        const { late } = item;
        return (
          <g key={item.incident.id} data-fault={fault} data-source={source}>
            <rect
              x={x}
              y={y}
              width={width}
              height={12}
              fill={fault ? "url(#hatch-fault)" : "none"}
              stroke={fault ? "var(--unhealthy)" : "var(--accent)"}
              strokeDasharray={source === "observed" ? "2 2" : undefined}
            />
            {noticed && (
              <path
                d={`M${xOf(frame, Date.parse(noticed))} ${y - 3}v18`}
                stroke="var(--ink)"
                strokeWidth={2}
              />
            )}
            <text
              x={late ? x - 6 : x + width + 6}
              y={y + 10}
              textAnchor={late ? "end" : "start"}
              style={{ fill: fault ? "var(--unhealthy)" : "var(--accent)" }}
            >
              {name}
            </text>
          </g>
        );
      })}
    </svg>
  );
}

const TICK: Record<VerdictName, [y: number, height: number]> = {
  pass: [12, 5],
  hold: [6, 11],
  block: [0, 17],
};

export function DecisionStrip({
  decisions,
  frame,
}: {
  decisions: readonly DecisionSummary[];
  frame: Frame;
}) {
  return (
    <svg className="layer-plot" width={frame.width} height={18} aria-hidden="true">
      {decisions.map((d) => {
        const time = Date.parse(d.at);
        if (time < frame.from || time > frame.to) return null;
        const [y, height] = TICK[d.verdict];
        return (
          <rect
            key={d.seq}
            data-tone={d.verdict}
            x={xOf(frame, time) - 1}
            y={y}
            width={2}
            height={height}
            fill="var(--tone)"
          />
        );
      })}
    </svg>
  );
}

export function Legend() {
  const { legend, noticed } = texts.account;
  return (
    <ul className="legend small second">
      <li>
        <svg width="22" height="10" aria-hidden="true">
          <rect width="22" height="10" fill="var(--band)" />
          <path d="M0 5h22" stroke="var(--ink)" strokeWidth="1.6" />
        </svg>
        {legend.line}, {legend.band}
      </li>
      <li>
        <svg width="22" height="10" aria-hidden="true">
          <rect width="22" height="10" fill="url(#hatch-none)" />
        </svg>
        {legend.none}
      </li>
      <li>
        <svg width="22" height="10" aria-hidden="true">
          <rect
            x=".5"
            y=".5"
            width="21"
            height="9"
            fill="url(#hatch-fault)"
            stroke="var(--unhealthy)"
          />
        </svg>
        {legend.fault}
      </li>
      <li>
        <svg width="22" height="10" aria-hidden="true">
          <rect x=".5" y=".5" width="21" height="9" fill="none" stroke="var(--accent)" />
        </svg>
        {legend.shift}
      </li>
      <li>
        <svg width="8" height="12" aria-hidden="true">
          <path d="M4 0v12" stroke="var(--ink)" strokeWidth="2" />
        </svg>
        {noticed}
      </li>
    </ul>
  );
}
