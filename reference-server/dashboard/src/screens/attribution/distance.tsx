// How far each model is from what the simulation knows. Shown for a simulation only, and labelled as one.
import type { Attribution, ModelAnswer } from "../../api/attribution.ts";
import * as number from "../../format/number.ts";
import { Section } from "../../parts/section.tsx";
import { modelName } from "../../texts/attribution.ts";
import { texts } from "../../texts.ts";
import { ofNoChannel } from "./models.tsx";

type Measured = ModelAnswer & { distance: NonNullable<ModelAnswer["distance_from_truth"]> };

function nearestFirst(models: readonly ModelAnswer[]): Measured[] {
  return models
    .flatMap((model) => {
      const distance = model.distance_from_truth;
      return distance === null ? [] : [{ ...model, distance }];
    })
    .sort((a, b) => a.distance.among_channels - b.distance.among_channels);
}

function Bar({ value, most }: { value: number; most: number }) {
  return (
    <span className="distance">
      <span>{number.shareFine(value)}</span>
      <i aria-hidden="true" style={{ inlineSize: `${(value / Math.max(1e-9, most)) * 100}%` }} />
    </span>
  );
}

function DistanceTable({ answer, models }: { answer: Attribution; models: readonly Measured[] }) {
  const { distanceColumns: columns, truthRow } = texts.attribution;
  const most = Math.max(
    ...models.flatMap(({ distance }) => [distance.among_channels, distance.of_all_conversions]),
  );
  const unprompted = answer.truth?.causes.find((cause) => cause.channel === null);
  return (
    <table className="distances">
      <thead>
        <tr>
          <th scope="col">{columns.model}</th>
          <th scope="col">{columns.channels}</th>
          <th scope="col">{columns.all}</th>
          <th scope="col" className="number">
            {columns.none}
          </th>
        </tr>
      </thead>
      <tbody>
        {models.map((model) => (
          <tr key={model.model}>
            <th scope="row">{modelName(model.model)}</th>
            <td data-label={columns.channels}>
              <Bar value={model.distance.among_channels} most={most} />
            </td>
            <td data-label={columns.all}>
              <Bar value={model.distance.of_all_conversions} most={most} />
            </td>
            <td className="number" data-label={columns.none}>
              {number.shareFine(ofNoChannel(answer, model).share)}
            </td>
          </tr>
        ))}
        <tr className="truth">
          <th scope="row">{truthRow}</th>
          <td data-label={columns.channels}>{number.shareFine(0)}</td>
          <td data-label={columns.all}>{number.shareFine(0)}</td>
          <td className="number" data-label={columns.none}>
            {number.shareFine(unprompted?.share_of_all ?? 0)}
          </td>
        </tr>
      </tbody>
    </table>
  );
}

export function DistanceSection({ answer }: { answer: Attribution }) {
  const { attribution: words } = texts;
  const models = nearestFirst(answer.models);
  const [nearest] = models;
  if (!answer.truth || !nearest) return null;
  const last = models.find((model) => model.model === "last_touch" && model !== nearest);
  return (
    <Section title={words.distance} note={<span className="tag">{words.distanceNote}</span>}>
      <p className="figure" data-testid="nearest">
        {words.nearest(modelName(nearest.model), number.shareFine(nearest.distance.among_channels))}
        {last && (
          <span>
            {words.byComparison(
              modelName(last.model),
              number.shareFine(last.distance.among_channels),
            )}
          </span>
        )}
      </p>
      <DistanceTable answer={answer} models={models} />
      <p className="small second explained">{words.distanceHelp}</p>
    </Section>
  );
}
