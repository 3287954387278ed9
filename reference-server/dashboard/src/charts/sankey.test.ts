// Does the drawing of a flow leave nothing out and keep to its box?
import { expect, test } from "vitest";
import { flowOf } from "../../mock/attribution.ts";
import type { Flow } from "../api/attribution.ts";
import { layoutFlow } from "./sankey.ts";

const box = { width: 800, height: 300, bar: 10, gap: 6 };

test("ribbons fill the nodes they leave and arrive at, within the box", () => {
  const flow = flowOf(3);
  const { nodes, links } = layoutFlow(flow, box);
  expect(links).toHaveLength(flow.links.length);
  for (const [place, node] of nodes.entries()) {
    expect(node.y + node.height).toBeLessThanOrEqual(box.height + 1e-6);
    const sum = (end: "from" | "to") =>
      links.filter((l) => l[end] === place).reduce((all, l) => all + l.thickness, 0);
    if (node.step > 0) expect(sum("to")).toBeCloseTo(node.height, 6);
    if (sum("from") > 0) expect(sum("from")).toBeCloseTo(node.height, 6);
  }
});

test("nodes of a column do not touch and a column stands at one place", () => {
  const { nodes, columns } = layoutFlow(flowOf(3), box);
  for (const [step, x] of columns.entries()) {
    const column = nodes.filter((node) => node.step === step);
    expect(new Set(column.map((node) => node.x))).toEqual(new Set([x]));
    for (const [i, node] of column.entries()) {
      const above = column[i - 1];
      if (above) expect(node.y).toBeGreaterThanOrEqual(above.y + above.height + box.gap - 1e-9);
    }
  }
  expect(columns[0]).toBe(0);
  expect(columns.at(-1)).toBe(box.width - box.bar);
});

test("nothing to draw is drawn as nothing", () => {
  const none: Flow = { from: "", to: "", steps: 3, channels: 6, nodes: [], links: [] };
  expect(layoutFlow(none, box)).toMatchObject({ nodes: [], links: [] });
});
