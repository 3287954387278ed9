// Models side by side: one row for each channel, one cell for each model, all on one scale; the truth is marked where it is known.
import type { Attribution, ChannelCredit, ModelAnswer } from "../../api/attribution.ts";
import type { Money } from "../../api/types.ts";
import * as number from "../../format/number.ts";
import { modelName } from "../../texts/attribution.ts";
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
        data-interval={credit.low !== null && credit.high !== null}
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
  const name = modelName(model.model);
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

/** What a model gives to no channel: what no touch led to, and the baseline of a model that has one. */
export function ofNoChannel(
  answer: Attribution,
  model: ModelAnswer,
): { share: number; value: Money | null } {
  const { converted, untouched } = answer;
  const all = converted.conversions + untouched.conversions;
  const parts = [untouched, ...(model.baseline ? [model.baseline] : [])];
  const conversions = parts.reduce((sum, part) => sum + part.conversions, 0);
  const amount = parts.reduce((sum, part) => sum + Number(part.value?.amount ?? 0), 0);
  const { currency } = answer;
  return {
    share: conversions / Math.max(1, all),
    value: currency === null ? null : { amount: String(amount), currency },
  };
}

function NoChannel({ answer, shown }: { answer: Attribution; shown: Shown }) {
  const { attribution: words } = texts;
  const cell = (share: number, value: Money | null) =>
    shown === "share"
      ? number.shareFine(share)
      : value
        ? number.moneyRound(value.amount, value.currency)
        : texts.unknown;
  const unprompted = answer.truth?.causes.find((cause) => cause.channel === null);
  return (
    <tr className="no-channel">
      <th scope="row">
        {words.noChannel}
        <span className="small second">{words.noChannelNote}</span>
      </th>
      {answer.models.map((model) => {
        const { share, value } = ofNoChannel(answer, model);
        const untouched = number.count(answer.untouched.conversions);
        const baseline = number.count(model.baseline?.conversions ?? 0);
        return (
          <td
            key={model.model}
            data-label={modelName(model.model)}
            title={words.noChannelIs(untouched, baseline)}
          >
            {cell(share, value)}
          </td>
        );
      })}
      {answer.models.length > 1 && <td className="spread" />}
      {answer.truth && (
        <td className="number truth" data-label={words.truthColumn}>
          {cell(unprompted?.share_of_all ?? 0, unprompted?.value ?? null)}
        </td>
      )}
    </tr>
  );
}

/** The least and the largest share that any of the models gives a channel. */
function Spread({ answer, channel }: { answer: Attribution; channel: string }) {
  const { attribution: words } = texts;
  const range = answer.share_ranges.find((found) => found.channel === channel);
  return (
    <td className="spread" data-label={words.spread}>
      {range
        ? words.between(number.shareFine(range.least), number.shareFine(range.most))
        : texts.unknown}
    </td>
  );
}

function Legend({ answer, scale }: { answer: Attribution; scale: Scale }) {
  const { legend } = texts.attribution;
  const credits = answer.models.flatMap((model) => model.credits);
  const hasInterval = (credit: ChannelCredit) => credit.low !== null && credit.high !== null;
  return (
    <ul className="legend small second">
      {credits.some(hasInterval) && (
        <li>
          <span className="lane lane-key" aria-hidden="true">
            <i className="lane-whisker" style={{ insetInlineStart: "10%", inlineSize: "80%" }} />
            <i className="lane-point" data-interval="true" style={{ insetInlineStart: "50%" }} />
          </span>
          {legend.point}; {legend.whisker(number.share(answer.bootstrap.level))}
        </li>
      )}
      {!credits.every(hasInterval) && (
        <li>
          <span className="lane lane-key" aria-hidden="true">
            <i className="lane-point" data-interval="false" style={{ insetInlineStart: "50%" }} />
          </span>
          {legend.without}
        </li>
      )}
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
  const several = answer.models.length > 1;
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: with many models it scrolls, also by keyboard. */}
      <section className="table-box" aria-label={words.modelsScroll} tabIndex={0}>
        <table className="models">
          <thead>
            <tr>
              <th scope="col">{words.channel}</th>
              {answer.models.map((model) => (
                <th key={model.model} scope="col">
                  {modelName(model.model)}
                </th>
              ))}
              {several && (
                <th scope="col" title={words.spreadNote}>
                  {words.spread}
                </th>
              )}
              {answer.truth && (
                <th scope="col" className="number truth">
                  {words.truthColumn}
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {answer.channels.map((channel) => {
              const cause = answer.truth?.causes.find((c) => c.channel === channel);
              const truth = cause?.share ?? null;
              return (
                <tr key={channel}>
                  <th scope="row">{channel}</th>
                  {answer.models.map((model) => (
                    <Cell key={model.model} {...{ model, channel, scale, truth, shown }} />
                  ))}
                  {several && <Spread answer={answer} channel={channel} />}
                  {answer.truth && (
                    <td className="number truth" data-label={words.truthColumn}>
                      {truth === null
                        ? texts.unknown
                        : shown === "value" && cause?.value
                          ? number.moneyRound(cause.value.amount, cause.value.currency)
                          : number.shareFine(truth)}
                    </td>
                  )}
                </tr>
              );
            })}
            <NoChannel answer={answer} shown={shown} />
          </tbody>
        </table>
      </section>
      <Legend answer={answer} scale={scale} />
    </>
  );
}
