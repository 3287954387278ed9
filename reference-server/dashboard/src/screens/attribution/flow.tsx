// How journeys go from touch to touch: a drawing, and the same numbers as tables.
import type { Flow } from "../../api/attribution.ts";
import { read } from "../../api/client.ts";
import { useResource } from "../../api/resource.ts";
import { FlowDrawing, stateName, stepName } from "../../charts/flow.tsx";
import { stateKey } from "../../charts/sankey.ts";
import * as number from "../../format/number.ts";
import { Section } from "../../parts/section.tsx";
import { Shown } from "../../parts/states.tsx";
import { texts } from "../../texts.ts";

const STEPS = 3;
const CHANNELS = 6;

function StateTable({ flow }: { flow: Flow }) {
  const { attribution: words } = texts;
  const steps = [...new Set(flow.nodes.map((node) => node.step))];
  const states = new Map(flow.nodes.map((node) => [stateKey(node.state), node.state]));
  const at = (key: string, step: number) =>
    flow.nodes.find((node) => node.step === step && stateKey(node.state) === key)?.journeys;
  return (
    <table className="flow-states">
      <thead>
        <tr>
          <th scope="col">{words.flowColumns.state}</th>
          {steps.map((step) => (
            <th key={step} scope="col" className="number">
              {stepName(step, flow.steps)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {[...states].map(([key, state]) => (
          <tr key={key}>
            <th scope="row">{stateName(state)}</th>
            {steps.map((step) => {
              const journeys = at(key, step);
              return (
                <td key={step} className="number">
                  {journeys === undefined ? (
                    <span className="quiet">–</span>
                  ) : (
                    number.count(journeys)
                  )}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function LinkTable({ flow }: { flow: Flow }) {
  const { flowColumns: columns, flowLinks } = texts.attribution;
  const named = (place: number) => {
    const node = flow.nodes[place];
    return node ? `${stateName(node.state)}, ${stepName(node.step, flow.steps)}` : "";
  };
  return (
    <table className="flow-links">
      <caption>{flowLinks}</caption>
      <thead>
        <tr>
          <th scope="col">{columns.from}</th>
          <th scope="col">{columns.to}</th>
          <th scope="col" className="number">
            {columns.journeys}
          </th>
        </tr>
      </thead>
      <tbody>
        {flow.links.map((link) => (
          <tr key={`${link.from}/${link.to}`}>
            <td>{named(link.from)}</td>
            <td>{named(link.to)}</td>
            <td className="number">{number.count(link.journeys)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function FlowSection({ from }: { from: string | null }) {
  const { attribution: words } = texts;
  const flow = useResource(`flow/${from}`, (signal) =>
    read.flow({ from, steps: STEPS, channels: CHANNELS }, signal),
  );
  return (
    <Section title={words.flow} note={words.flowNote(STEPS)}>
      <Shown of={flow} rows={8}>
        {(data) => (
          <>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: on a phone it scrolls, also by keyboard. */}
            <section className="flow-box" tabIndex={0} aria-label={words.flowScroll}>
              <FlowDrawing flow={data} />
            </section>
            <details className="raw">
              <summary>{words.flowTable}</summary>
              <div className="flow-tables">
                <StateTable flow={data} />
                <LinkTable flow={data} />
              </div>
            </details>
          </>
        )}
      </Shown>
    </Section>
  );
}
