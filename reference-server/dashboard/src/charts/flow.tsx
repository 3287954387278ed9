// The flow of journeys, drawn: columns of states, ribbons between them. What leads to a conversion stands out.
import { useId } from "react";
import type { Flow, FlowNode } from "../api/attribution.ts";
import * as number from "../format/number.ts";
import { texts } from "../texts.ts";
import { isEnd, layoutFlow, type PlacedNode, stateKey } from "./sankey.ts";

const BOX = { width: 900, height: 400, bar: 9, gap: 12 };
const HEAD = 26;
/** Room for the names of the last column. */
const ASIDE = 128;
const SMALLEST_NAMED = 7;

export const stateName = (state: FlowNode["state"]): string =>
  typeof state === "string" ? texts.attribution.states[state] : state.channel;

export function stepName(step: number, steps: number): string {
  const { attribution: words } = texts;
  if (step <= steps) return words.step(step);
  return step === steps + 1 ? words.later : words.end;
}

const toneOf = (state: FlowNode["state"]): string =>
  typeof state === "string" ? state : "channel";

const ended = (flow: Flow, state: string): number =>
  flow.nodes.filter((n) => n.state === state).reduce((sum, n) => sum + n.journeys, 0);

function NodeMark({ node, all }: { node: PlacedNode; all: number }) {
  const name = stateName(node.state);
  const count = number.count(node.journeys);
  return (
    <g data-state={toneOf(node.state)}>
      <rect x={node.x} y={node.y} width={BOX.bar} height={Math.max(1, node.height)}>
        <title>{`${name}: ${count} (${number.shareFine(node.journeys / Math.max(1, all))})`}</title>
      </rect>
      {node.height >= SMALLEST_NAMED && (
        <text x={node.x + BOX.bar + 5} y={node.y + Math.min(node.height / 2, 22) + 3.5}>
          {name} <tspan className="flow-count">{count}</tspan>
        </text>
      )}
    </g>
  );
}

export function FlowDrawing({ flow }: { flow: Flow }) {
  const id = useId();
  const { attribution: words } = texts;
  const { nodes, links, columns } = layoutFlow(flow, BOX);
  const all = flow.nodes.find((n) => n.state === "start")?.journeys ?? 0;
  const said = (state: string) => number.count(ended(flow, state));
  return (
    <svg
      className="flow"
      role="img"
      aria-labelledby={`${id}-title ${id}-text`}
      viewBox={`0 0 ${BOX.width + ASIDE} ${BOX.height + HEAD + 4}`}
    >
      <title id={`${id}-title`}>{words.flowTitle}</title>
      <desc id={`${id}-text`}>
        {words.flowDescription(number.count(all), said("converted"), said("lapsed"), said("open"))}
      </desc>
      {columns.map((x, step) => (
        <text key={x} className="flow-step" x={x} y={11}>
          {stepName(step, flow.steps)}
        </text>
      ))}
      <g transform={`translate(0 ${HEAD})`}>
        {links.map((link) => {
          const to = nodes[link.to];
          return (
            <path
              key={`${link.from}/${link.to}`}
              className="flow-link"
              data-state={to && isEnd(to.state) ? toneOf(to.state) : "channel"}
              d={link.path}
            />
          );
        })}
        {nodes.map((node) => (
          <NodeMark key={`${node.step}/${stateKey(node.state)}`} node={node} all={all} />
        ))}
      </g>
    </svg>
  );
}
