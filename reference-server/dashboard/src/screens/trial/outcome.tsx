// What the trial found: how many decisions flip, the money at stake, and the known truth before and after.
import type { Flip, Overview, TrialResult, TruthTable } from "../../api/types.ts";
import * as number from "../../format/number.ts";
import { VerdictWord } from "../../parts/marks.tsx";
import { Section } from "../../parts/section.tsx";
import { When } from "../../parts/when.tsx";
import { href } from "../../route.ts";
import { reasonSentence } from "../../texts/reasons.ts";
import { texts } from "../../texts.ts";

type TruthRow = "stopped_harmful" | "passed_harmful" | "stopped_harmless" | "passed_harmless";
const ROWS: readonly { row: TruthRow; moreIsGood: boolean }[] = [
  { row: "stopped_harmful", moreIsGood: true },
  { row: "passed_harmful", moreIsGood: false },
  { row: "stopped_harmless", moreIsGood: false },
  { row: "passed_harmless", moreIsGood: true },
];

function Truth({
  before,
  after,
  currency,
}: {
  before: TruthTable;
  after: TruthTable;
  currency: string;
}) {
  const { trial: words } = texts;
  const cell = (table: TruthTable, row: TruthRow) => (
    <>
      {number.moneyRound(table[row], currency)}{" "}
      <span className="quiet small">{number.count(table[`${row}_count`])}×</span>
    </>
  );
  return (
    <Section title={words.truth} note={<span className="tag">{words.truthNote}</span>}>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.truthColumns.group}</th>
            <th scope="col" className="number">
              {words.truthColumns.before}
            </th>
            <th scope="col" className="number">
              {words.truthColumns.after}
            </th>
            <th scope="col" className="number">
              {words.truthColumns.difference}
            </th>
          </tr>
        </thead>
        <tbody>
          {ROWS.map(({ row, moreIsGood }) => {
            const difference = after[`${row}_count`] - before[`${row}_count`];
            const tone =
              difference === 0 ? "none" : difference > 0 === moreIsGood ? "healthy" : "unhealthy";
            return (
              <tr key={row}>
                <th scope="row">{words.truthRows[row]}</th>
                <td className="number second">{cell(before, row)}</td>
                <td className="number">{cell(after, row)}</td>
                <td className="number" data-tone={tone}>
                  {difference === 0 ? (
                    <span className="quiet">0</span>
                  ) : (
                    <b style={{ color: "var(--tone)" }}>{number.signed(difference)}</b>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Section>
  );
}

/** What stops it now; where nothing does, what used to. */
function whyNow(flip: Flip): string {
  const [now] = flip.reasons_to;
  if (now) return reasonSentence(now.code, now.params);
  const [was] = flip.reasons_from;
  return was ? texts.trial.noLonger(reasonSentence(was.code, was.params)) : "";
}

function FlipRow({ flip, overview }: { flip: Flip; overview: Overview }) {
  const account = overview.accounts.find((a) => a.id === flip.account);
  return (
    <tr>
      <th scope="row" className="second">
        <a href={href(["decisions", String(flip.seq)])}>
          <When at={flip.at} />
        </a>
      </th>
      <td className="col-where">
        {account?.name ?? flip.account} <span className="quiet small">{flip.campaign}</span>
      </td>
      <td className="col-from" data-label="">
        <VerdictWord verdict={flip.from} />
      </td>
      <td className="col-to">
        <VerdictWord verdict={flip.to} />
      </td>
      <td className="number">
        {flip.increase ? number.moneyShort(flip.increase) : <span className="quiet">–</span>}
      </td>
      <td className="col-truth">
        {flip.truth ? texts.truth[flip.truth] : <span className="quiet">–</span>}
      </td>
      <td className="second small col-why">{whyNow(flip)}</td>
    </tr>
  );
}

function Flips({ result, overview }: { result: TrialResult; overview: Overview }) {
  const { trial: words } = texts;
  const newestFirst = [...result.flips].sort((a, b) => b.seq - a.seq);
  const partial = result.flips.length < result.flip_count;
  return (
    <Section
      title={words.flips}
      note={partial ? words.shown(result.flips.length, number.count(result.flip_count)) : null}
    >
      <table className="flips">
        <thead>
          <tr>
            <th scope="col">{texts.decisions.time}</th>
            <th scope="col">{texts.decisions.account}</th>
            <th scope="col">{words.from}</th>
            <th scope="col">{words.to}</th>
            <th scope="col" className="number">
              {words.increase}
            </th>
            <th scope="col">{words.truthColumn}</th>
            <th scope="col" className="col-why">
              {words.why}
            </th>
          </tr>
        </thead>
        <tbody>
          {newestFirst.map((flip) => (
            <FlipRow key={flip.seq} flip={flip} overview={overview} />
          ))}
        </tbody>
      </table>
    </Section>
  );
}

export function TrialOutcome({
  result,
  overview,
  changed,
}: {
  result: TrialResult;
  overview: Overview;
  changed: boolean;
}) {
  const { trial: words } = texts;
  const reviews = number.count(result.reviews);
  const flipped = result.flip_count > 0;
  return (
    <>
      <p className="figure" data-testid="flips">
        {flipped ? words.result(number.count(result.flip_count), reviews) : words.noFlips(reviews)}
      </p>
      {result.not_computable_count > 0 && (
        <p className="second">{words.notComputable(number.count(result.not_computable_count))}</p>
      )}
      {!changed && <p className="second">{words.unchanged}</p>}
      <dl className="stakes">
        <div data-tone="pass">
          <dt>{words.newlyPassed}</dt>
          <dd>{number.money(result.money.newly_passed)}</dd>
        </div>
        <div data-tone="block">
          <dt>{words.newlyStopped}</dt>
          <dd>{number.money(result.money.newly_stopped)}</dd>
        </div>
      </dl>
      {result.truth && <Truth {...result.truth} currency={result.money.newly_passed.currency} />}
      {flipped && <Flips result={result} overview={overview} />}
    </>
  );
}
