// How far any two models agree: how much credit would change hands, and how alike they rank.
import type { Attribution, ModelName } from "../../api/attribution.ts";
import * as number from "../../format/number.ts";
import { Section } from "../../parts/section.tsx";
import { modelName } from "../../texts/attribution.ts";
import { texts } from "../../texts.ts";

/** How dark a cell is: the most that changes hands between any two is darkest. */
const shade = (moved: number, most: number): string =>
  `color-mix(in oklab, var(--accent-soft) ${Math.round((moved / Math.max(1e-9, most)) * 100)}%, transparent)`;

export function AgreementSection({ answer }: { answer: Attribution }) {
  const { attribution: words } = texts;
  const models = answer.models.map((model) => model.model);
  const most = Math.max(0, ...answer.agreement.map((pair) => pair.moved));
  const pairOf = (a: ModelName, b: ModelName) =>
    answer.agreement.find(
      (pair) => (pair.one === a && pair.other === b) || (pair.one === b && pair.other === a),
    );
  if (answer.agreement.length === 0) return null;
  return (
    <Section title={words.agreement} note={words.agreementNote}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: with many models it scrolls, also by keyboard. */}
      <section className="table-box" aria-label={words.agreementScroll} tabIndex={0}>
        <table className="agreement">
          <thead>
            <tr>
              <td />
              {models.slice(0, -1).map((model) => (
                <th key={model} scope="col" className="number">
                  <span>{modelName(model)}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {models.slice(1).map((row, place) => (
              <tr key={row}>
                <th scope="row">{modelName(row)}</th>
                {models.slice(0, -1).map((column, other) => {
                  const pair = other <= place ? pairOf(row, column) : undefined;
                  if (pair === undefined) return <td key={column} />;
                  const rank = pair.rank_correlation;
                  return (
                    <td
                      key={column}
                      className="number"
                      style={{ background: shade(pair.moved, most) }}
                    >
                      {number.shareFine(pair.moved)}
                      <span className="small second">
                        {rank === null ? texts.unknown : number.correlation(rank)}
                      </span>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <p className="small second explained">{words.agreementHelp}</p>
    </Section>
  );
}
