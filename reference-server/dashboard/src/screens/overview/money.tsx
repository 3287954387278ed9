// Money moved and money protected, both against the simulation's known truth and labelled so.
import type { MoneySummary } from "../../api/types.ts";
import * as number from "../../format/number.ts";
import { Section } from "../../parts/section.tsx";
import { texts } from "../../texts.ts";

type Side = { amount: string; count: number; word: string; kind: "good" | "bad" | "waste" };

/** Widths are shares of the row: how much of the harmful was stopped, how much of the harmless was let through. */
function Bar({
  title,
  currency,
  sides,
}: {
  title: string;
  currency: string;
  sides: readonly Side[];
}) {
  const total = sides.reduce((sum, side) => sum + Number(side.amount), 0);
  const portion = (side: Side) => (total > 0 ? Number(side.amount) / total : 0);
  return (
    <div className="money-bar">
      <h3>{title}</h3>
      <div className="bar" aria-hidden="true">
        {sides.map((side) => (
          <i
            key={side.word}
            data-kind={side.kind}
            style={{ inlineSize: `${portion(side) * 100}%` }}
          />
        ))}
      </div>
      <dl>
        {sides.map((side) => (
          <div key={side.word} data-kind={side.kind}>
            <dt>{side.word}</dt>
            <dd>
              <b>{number.moneyRound(side.amount, currency)}</b>{" "}
              <span className="second">{total > 0 && number.share(portion(side))}</span>{" "}
              <span className="quiet small">{texts.overview.times(number.count(side.count))}</span>
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

export function MoneySection({ money }: { money: MoneySummary | null }) {
  const { overview: words } = texts;
  if (money === null) {
    return (
      <Section title={words.money}>
        <p className="second">{words.noMoney}</p>
      </Section>
    );
  }
  const { protected: truth, moved, currency } = money;
  return (
    <Section title={words.money} note={<span className="tag">{words.moneyNote}</span>}>
      <p className="figure">
        {number.moneyRound(truth.stopped_harmful, currency)}
        <span>
          {words.harmful.toLowerCase()} {words.stopped}
        </span>
      </p>
      <Bar
        title={words.harmful}
        currency={currency}
        sides={[
          {
            amount: truth.stopped_harmful,
            count: truth.stopped_harmful_count,
            word: words.stopped,
            kind: "good",
          },
          {
            amount: truth.passed_harmful,
            count: truth.passed_harmful_count,
            word: words.passed,
            kind: "bad",
          },
        ]}
      />
      <Bar
        title={words.harmless}
        currency={currency}
        sides={[
          {
            amount: truth.passed_harmless,
            count: truth.passed_harmless_count,
            word: words.passed,
            kind: "good",
          },
          {
            amount: truth.stopped_harmless,
            count: truth.stopped_harmless_count,
            word: words.stoppedHarmless,
            kind: "waste",
          },
        ]}
      />
      <p className="second moved">
        {words.moved}: {number.moneyRound(moved.increases, currency)} {words.movedUp},{" "}
        {number.moneyRound(moved.decreases, currency)} {words.movedDown}
      </p>
    </Section>
  );
}
