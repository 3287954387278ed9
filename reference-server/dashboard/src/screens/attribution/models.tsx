// Models side by side: one row for each channel, one cell for each model, all on one scale; the truth is marked where it is known.
import type { Attribution, ChannelCredit, ModelAnswer } from "../../api/attribution.ts";
import * as number from "../../format/number.ts";
import { modelNames } from "../../texts/attribution.ts";
import { texts } from "../../texts.ts";

export type Shown = "share" | "value";
type Scale = { least: number; most: number };

const at = (scale: Scale, value: number): string =>
  `${((value - scale.least) / Math.max(1e-9, scale.most - scale.least)) * 100}%`;

/** From zero, or below where a model gives less than nothing, to the next five percent above everything that is drawn. */
export function scaleOf(answer: Attribution): Scale {
  const credits = answer.models.flatMap((model) => model.credits);
  const shares = [
    ...credits.flatMap((c) => [c.share, c.low ?? c.share, c.high ?? c.share]),
    ...(answer.truth?.causes ?? []).map((cause) => cause.share ?? 0),
  ];
  const round = (value: number) => Math.ceil(value * 20 - 1e-9) / 20;
  return { least: -round(-Math.min(0, ...shares)) + 0, most: round(Math.max(0.05, ...shares)) };
}

function Lane({
  credit,
  scale,
  truth,
}: {
  credit: ChannelCredit;
  scale: Scale;
  truth: number | null;
}) {
  return (
    <span className="lane" aria-hidden="true">
      {truth !== null && (
        <i className="lane-truth" style={{ insetInlineStart: at(scale, truth) }} />
      )}
      {credit.low !== null && credit.high !== null && (
        <i
          className="lane-whisker"
          style={{
            insetInlineStart: at(scale, credit.low),
            inlineSize: `calc(${at(scale, credit.high)} - ${at(scale, credit.low)})`,
          }}
        />
      )}
      <i
        className="lane-point"
        data-interval={credit.low !== null}
        style={{ insetInlineStart: at(scale, credit.share) }}
      />
    </span>
  );
}

function Cell({
  model,
  channel,
  scale,
  truth,
  shown,
}: {
  model: ModelAnswer;
  channel: string;
  scale: Scale;
  truth: number | null;
  shown: Shown;
}) {
  const { attribution: words } = texts;
  const name = modelNames[model.model];
  const credit = model.credits.find((c) => c.channel === channel);
  if (credit === undefined) return <td data-label={name}>–</td>;
  const interval =
    credit.low === null || credit.high === null
      ? words.noInterval
      : words.between(number.shareFine(credit.low), number.shareFine(credit.high));
  const value = credit.value
    ? number.moneyRound(credit.value.amount, credit.value.currency)
    : texts.unknown;
  return (
    <td
      data-label={name}
      title={`${name}: ${number.shareFine(credit.share)}, ${interval}, ${value}`}
    >
      <span className="lane-number">
        {shown === "share" ? number.shareFine(credit.share) : value}
      </span>
      <span className="sr-only">, {interval}</span>
      <Lane credit={credit} scale={scale} truth={truth} />
    </td>
  );
}

function Legend({ answer, scale }: { answer: Attribution; scale: Scale }) {
  const { legend } = texts.attribution;
  return (
    <ul className="legend small second">
      <li>
        <span className="lane lane-key" aria-hidden="true">
          <i className="lane-whisker" style={{ insetInlineStart: "10%", inlineSize: "80%" }} />
          <i className="lane-point" data-interval="true" style={{ insetInlineStart: "50%" }} />
        </span>
        {legend.point}; {legend.whisker(number.share(answer.bootstrap.level))}
      </li>
      <li>
        <span className="lane lane-key" aria-hidden="true">
          <i className="lane-point" data-interval="false" style={{ insetInlineStart: "50%" }} />
        </span>
        {legend.without}
      </li>
      {answer.truth && (
        <li>
          <span className="lane lane-key" aria-hidden="true">
            <i className="lane-truth" style={{ insetInlineStart: "50%" }} />
          </span>
          {legend.truth}
        </li>
      )}
      <li>{legend.scale(number.share(scale.least), number.share(scale.most))}</li>
    </ul>
  );
}

export function ModelTable({ answer, shown }: { answer: Attribution; shown: Shown }) {
  const { attribution: words } = texts;
  const scale = scaleOf(answer);
  const causeOf = (channel: string) => answer.truth?.causes.find((c) => c.channel === channel);
  return (
    <>
      <table className="models">
        <thead>
          <tr>
            <th scope="col">{words.channel}</th>
            {answer.models.map((model) => (
              <th key={model.model} scope="col">
                {modelNames[model.model]}
              </th>
            ))}
            {answer.truth && (
              <th scope="col" className="number truth">
                {words.truthColumn}
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {answer.channels.map((channel) => {
            const cause = causeOf(channel);
            const truth = cause?.share ?? null;
            return (
              <tr key={channel}>
                <th scope="row">{channel}</th>
                {answer.models.map((model) => (
                  <Cell key={model.model} {...{ model, channel, scale, truth, shown }} />
                ))}
                {cause && truth !== null && (
                  <td className="number truth" data-label={words.truthColumn}>
                    {shown === "value" && cause.value
                      ? number.moneyRound(cause.value.amount, cause.value.currency)
                      : number.shareFine(truth)}
                  </td>
                )}
              </tr>
            );
          })}
        </tbody>
      </table>
      <Legend answer={answer} scale={scale} />
    </>
  );
}
