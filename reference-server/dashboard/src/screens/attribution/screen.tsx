// Which channels led to what was sold: models side by side, their distance from known truth, their agreement, the flow.
import type { Attribution } from "../../api/attribution.ts";
import { read } from "../../api/client.ts";
import { useResource } from "../../api/resource.ts";
import type { Overview } from "../../api/types.ts";
import * as number from "../../format/number.ts";
import { dayWithYear, utc } from "../../format/time.ts";
import { Section } from "../../parts/section.tsx";
import { Empty, Shown } from "../../parts/states.tsx";
import { href } from "../../route.ts";
import { texts } from "../../texts.ts";
import { AgreementSection } from "./agreement.tsx";
import { DistanceSection } from "./distance.tsx";
import { FlowSection } from "./flow.tsx";
import { ModelTable, type Shown as ShownAs } from "./models.tsx";

const DAY = 86_400_000;
const RANGES = { "30d": 30, "90d": 90, all: null } as const;
type RangeName = keyof typeof RANGES;
const isRange = (name: string | null): name is RangeName => name !== null && name in RANGES;

function Choice<N extends string>({
  label,
  names,
  chosen,
  to,
}: {
  label: string;
  names: Readonly<Record<N, string>>;
  chosen: N;
  to: (name: N) => Record<string, string>;
}) {
  return (
    <nav className="choice" aria-label={label}>
      {(Object.keys(names) as N[]).map((name) => (
        <a
          key={name}
          href={href(["attribution"], to(name))}
          aria-current={name === chosen ? "true" : undefined}
        >
          {names[name]}
        </a>
      ))}
    </nav>
  );
}

function Counts({ answer }: { answer: Attribution }) {
  const { counts: words } = texts.attribution;
  const { counts, converted, untouched } = answer;
  const worth = (sold: typeof converted) =>
    sold.value && (
      <span className="quiet small">
        {" "}
        {number.moneyRound(sold.value.amount, sold.value.currency)}
      </span>
    );
  return (
    <dl className="journey-counts">
      <div>
        <dt>{words.converted}</dt>
        <dd>
          {number.count(counts.converted)}
          {worth(converted)}
        </dd>
      </div>
      <div>
        <dt>{words.untouched}</dt>
        <dd>
          {number.count(counts.untouched)}
          {worth(untouched)}
        </dd>
      </div>
      <div>
        <dt>{words.lapsed}</dt>
        <dd>{number.count(counts.lapsed)}</dd>
      </div>
      <div>
        <dt>{words.open}</dt>
        <dd>{number.count(counts.open)}</dd>
      </div>
      <div>
        <dt>{words.touches}</dt>
        <dd>{number.count(counts.touches)}</dd>
      </div>
    </dl>
  );
}

function Found({
  answer,
  from,
  range,
  shown,
}: {
  answer: Attribution;
  from: string | null;
  range: RangeName;
  shown: ShownAs;
}) {
  const { attribution: words } = texts;
  const { counts, channels } = answer;
  if (channels.length === 0 && counts.untouched === 0) {
    return (
      <Empty title={words.empty.title} text={words.empty.text}>
        <p>
          <code>{words.empty.command}</code>
        </p>
      </Empty>
    );
  }
  return (
    <>
      <Counts answer={answer} />
      <Section
        title={words.models}
        note={words.modelsNote(dayWithYear(answer.from), dayWithYear(answer.to))}
        end={
          <Choice<ShownAs>
            label={words.show}
            names={words.shown}
            chosen={shown}
            to={(name) => ({ range, show: name })}
          />
        }
      >
        <ModelTable answer={answer} shown={shown} />
      </Section>
      <DistanceSection answer={answer} />
      <AgreementSection answer={answer} />
      <FlowSection from={from} />
    </>
  );
}

export function AttributionScreen({
  overview,
  query,
}: {
  overview: Overview;
  query: URLSearchParams;
}) {
  const { attribution: words } = texts;
  const asked = query.get("range");
  const range = isRange(asked) ? asked : "all";
  const shown: ShownAs = query.get("show") === "value" ? "value" : "share";
  const days = RANGES[range];
  // Whole hours, so that a look a minute later is the same question.
  const now = Math.floor(Date.parse(overview.now) / 3_600_000) * 3_600_000;
  const from = days === null ? null : utc(now - days * DAY);
  const answer = useResource(`attribution/${from}`, (signal) => read.attribution({ from }, signal));
  return (
    <>
      <h1>{words.title}</h1>
      <p className="lede">{words.intro}</p>
      <div className="attribution-range">
        <Choice<RangeName>
          label={words.range}
          names={words.ranges}
          chosen={range}
          to={(name) => ({ range: name, show: shown })}
        />
      </div>
      <Shown of={answer} rows={10}>
        {(data) => <Found answer={data} {...{ from, range, shown }} />}
      </Shown>
    </>
  );
}
