// How a flow of journeys becomes rectangles and ribbons. Pure geometry, no DOM: heights are journeys, nothing is left out.
import type { Flow, FlowNode, FlowState } from "../api/attribution.ts";

export type Box = { width: number; height: number; bar: number; gap: number };
export type PlacedNode = FlowNode & { x: number; y: number; height: number };
export type PlacedLink = {
  from: number;
  to: number;
  journeys: number;
  thickness: number;
  path: string;
};
export type Layout = { nodes: PlacedNode[]; links: PlacedLink[]; columns: number[] };

export const isEnd = (state: FlowState): boolean =>
  state === "converted" || state === "lapsed" || state === "open";

export const stateKey = (state: FlowState): string =>
  typeof state === "string" ? state : `channel/${state.channel}`;

/** One scale for all columns: the tallest of them fills the height. */
function scaleOf(columns: readonly FlowNode[][], box: Box): number {
  const scales = columns.map((nodes) => {
    const journeys = nodes.reduce((sum, node) => sum + node.journeys, 0);
    return (box.height - (nodes.length - 1) * box.gap) / Math.max(1, journeys);
  });
  return Math.max(0, Math.min(...scales));
}

function ribbon(x0: number, y0: number, x1: number, y1: number, thickness: number): string {
  const middle = (x0 + x1) / 2;
  const n = (value: number) => value.toFixed(1);
  const there = `C${n(middle)},${n(y0)} ${n(middle)},${n(y1)} ${n(x1)},${n(y1)}`;
  const [low0, low1] = [y0 + thickness, y1 + thickness];
  const back = `C${n(middle)},${n(low1)} ${n(middle)},${n(low0)} ${n(x0)},${n(low0)}`;
  return `M${n(x0)},${n(y0)}${there}L${n(x1)},${n(low1)}${back}Z`;
}

function placeNodes(flow: Flow, box: Box): { nodes: PlacedNode[]; xs: number[]; scale: number } {
  const steps = Math.max(0, ...flow.nodes.map((node) => node.step));
  const columns = Array.from({ length: steps + 1 }, (_, step) =>
    flow.nodes.filter((node) => node.step === step),
  );
  const scale = scaleOf(columns, box);
  const xs = columns.map((_, step) => (steps === 0 ? 0 : (step / steps) * (box.width - box.bar)));
  const next = columns.map(() => 0);
  const nodes = flow.nodes.map((node) => {
    const y = next[node.step] ?? 0;
    const height = node.journeys * scale;
    next[node.step] = y + height + box.gap;
    return { ...node, x: xs[node.step] ?? 0, y, height };
  });
  return { nodes, xs, scale };
}

/** Nodes stand in columns by step, in the order they come; links leave and arrive in the order of what they lead to. */
export function layoutFlow(flow: Flow, box: Box): Layout {
  const { nodes, xs, scale } = placeNodes(flow, box);
  const leaving = nodes.map((node) => node.y);
  const arriving = nodes.map((node) => node.y);
  const ordered = [...flow.links].sort((a, b) => a.from - b.from || a.to - b.to);
  const links: PlacedLink[] = [];
  for (const link of ordered) {
    const [from, to] = [nodes[link.from], nodes[link.to]];
    if (from === undefined || to === undefined) continue;
    const thickness = link.journeys * scale;
    const [y0, y1] = [leaving[link.from] ?? 0, arriving[link.to] ?? 0];
    leaving[link.from] = y0 + thickness;
    arriving[link.to] = y1 + thickness;
    links.push({ ...link, thickness, path: ribbon(from.x + box.bar, y0, to.x, y1, thickness) });
  }
  return { nodes, links, columns: xs };
}
