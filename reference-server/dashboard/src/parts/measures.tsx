// The components of one health and the measures below them; a missing measure says why.
import type { Component } from "../api/types.ts";
import * as number from "../format/number.ts";
import { span } from "../format/time.ts";
import { capital, componentName, measureNames, words as plainWords } from "../texts/codes.ts";
import { texts } from "../texts.ts";
import { componentTone, Range, useThresholds } from "./range.tsx";

const measureName = (measure: string): string =>
  measureNames[measure] ?? capital(plainWords(measure));

function Head({ component }: { component: Component }) {
  const { account: words } = texts;
  const tone = componentTone(component, component.floor, useThresholds());
  return (
    <tr className="component">
      <th scope="rowgroup" colSpan={2}>
        {componentName(component.component)}{" "}
        <span className="quiet small">
          {words.weight(number.weight(component.weight))},{" "}
          {words.floor(number.count(component.floor))}
        </span>
      </th>
      <td className="number">
        {component.score === null ? (
          <span className="quiet small">{texts.notMeasured}</span>
        ) : (
          number.score(component.score)
        )}
      </td>
      <td className="col-range">
        <Range
          value={component}
          tone={tone}
          floor={component.floor}
          label={componentName(component.component)}
        />
      </td>
      <td className="number quiet col-age">
        {component.age_seconds === null ? "–" : span(component.age_seconds)}
      </td>
    </tr>
  );
}

export function Measures({ components }: { components: readonly Component[] }) {
  const { account: words } = texts;
  const thresholds = useThresholds();
  return (
    <table className="measures">
      <thead>
        <tr>
          <th scope="col">{words.measure}</th>
          <th scope="col" className="number">
            {words.value}
          </th>
          <th scope="col" className="number">
            {words.score}
          </th>
          <th scope="col" className="col-range">
            {words.interval}
          </th>
          <th scope="col" className="number col-age">
            {words.age}
          </th>
        </tr>
      </thead>
      {components.map((component) => (
        <tbody key={component.component}>
          <Head component={component} />
          {component.measures.map((m) => (
            <tr key={m.measure}>
              <th scope="row">{measureName(m.measure)}</th>
              <td className="number">
                {m.missing !== null || m.value === null ? (
                  <span className="missing">
                    {m.missing === null ? texts.notMeasured : words.missing(m.missing)}
                  </span>
                ) : (
                  number.measured(m.value, m.unit)
                )}
              </td>
              <td className="number second">
                {m.score === null ? <span className="quiet">–</span> : number.score(m.score)}
              </td>
              <td className="col-range">
                <Range
                  value={m}
                  tone={componentTone(m, component.floor, thresholds)}
                  floor={component.floor}
                  label={measureName(m.measure)}
                />
              </td>
              <td className="number quiet col-age">
                {m.age_seconds === null ? "–" : span(m.age_seconds)}
              </td>
            </tr>
          ))}
        </tbody>
      ))}
    </table>
  );
}
