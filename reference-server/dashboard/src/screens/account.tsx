// One account: how healthy now, how it came to that, and what each component was measured from.
import { read } from "../api/client.ts";
import { useResource } from "../api/resource.ts";
import type { AccountSummary, HealthDetail, Overview } from "../api/types.ts";
import { Strata } from "../charts/strata.tsx";
import { Legend } from "../charts/strips.tsx";
import * as number from "../format/number.ts";
import { moment, utc } from "../format/time.ts";
import { StatusWord, toneOf } from "../parts/marks.tsx";
import { Measures } from "../parts/measures.tsx";
import { Range, Scale } from "../parts/range.tsx";
import { Section } from "../parts/section.tsx";
import { Empty, Shown } from "../parts/states.tsx";
import { href } from "../route.ts";
import { named, texts } from "../texts.ts";

const HOUR = 3_600_000;
const RANGES = { "24h": 24 * HOUR, "7d": 168 * HOUR, "30d": 720 * HOUR, all: null } as const;
type RangeName = keyof typeof RANGES;
const isRange = (name: string | null): name is RangeName => name !== null && name in RANGES;

function HealthHead({ health }: { health: HealthDetail }) {
  const { account: words } = texts;
  const tone = toneOf(health.status, health.score);
  return (
    <div className="health-head">
      <p className="big" data-tone={tone}>
        {health.score === null ? (
          <span className="unmeasured">{texts.notMeasured}</span>
        ) : (
          number.score(health.score)
        )}
        {health.score !== null && (
          <span className="quiet">{number.range(health.low, health.high)}</span>
        )}
      </p>
      <div className="big-range">
        <Range value={health} tone={tone} size="large" label={words.composite} />
        <Scale />
      </div>
      <p className="second">
        <StatusWord status={health.status} score={health.score} />{" "}
        {texts.statusMeans[health.status]}
        <br />
        {words.coverage(number.share(health.coverage))}
        {health.recovering_until && (
          <>
            <br />
            {words.recovering(moment(health.recovering_until))}
          </>
        )}
      </p>
    </div>
  );
}

function RangePicker({ id, chosen }: { id: string; chosen: RangeName }) {
  const { account: words } = texts;
  return (
    <nav className="choice" aria-label={words.range}>
      {(Object.keys(RANGES) as RangeName[]).map((name) => (
        <a
          key={name}
          href={href(["accounts", id], { range: name })}
          aria-current={name === chosen ? "true" : undefined}
        >
          {words.ranges[name]}
        </a>
      ))}
    </nav>
  );
}

function HistorySection({
  overview,
  account,
  health,
  chosen,
}: {
  overview: Overview;
  account: AccountSummary;
  health: HealthDetail;
  chosen: RangeName;
}) {
  const now = Date.parse(overview.now);
  const length = RANGES[chosen];
  const from = length === null ? null : now - length;
  const history = useResource(`history/${account.id}/${chosen}`, (signal) =>
    read.history(account.id, from === null ? {} : { from: utc(from) }, signal),
  );
  const incidents = useResource("incidents", read.incidents);
  const decisions = useResource(`decisions/of/${account.id}`, (signal) =>
    read.decisions({ account: account.id, limit: 500 }, signal),
  );
  const { account: words } = texts;
  return (
    <Section
      title={words.chart}
      end={<RangePicker id={account.id} chosen={chosen} />}
      note={<a href={href(["decisions"], { account: account.id })}>{words.decisionsLink}</a>}
    >
      <Shown of={history} rows={10}>
        {({ points }) => {
          const [first] = points;
          if (!first) return <p className="quiet">{words.noHistory}</p>;
          return (
            <>
              <Strata
                points={points}
                incidents={(incidents.data?.incidents ?? []).filter(
                  (i) => i.account === account.id,
                )}
                decisions={decisions.data?.decisions ?? []}
                components={health.components}
                from={from ?? Date.parse(first.at)}
                to={now}
              />
              <Legend />
            </>
          );
        }}
      </Shown>
    </Section>
  );
}

export function AccountScreen({
  overview,
  id,
  query,
}: {
  overview: Overview;
  id: string;
  query: URLSearchParams;
}) {
  const health = useResource(`health/${id}`, (signal) => read.health(id, signal), 30);
  const account = overview.accounts.find((a) => a.id === id);
  const asked = query.get("range");
  if (!account) return <Empty title={texts.notFound.title} text={texts.notFound.text} />;
  return (
    <>
      <h1>{account.name}</h1>
      <p className="lede">
        {named(texts.platforms, account.platform)}, {account.currency}, {account.time_zone}
      </p>
      <nav className="account-switch choice" aria-label={texts.navigation.accounts}>
        {overview.accounts.map((a) => (
          <a
            key={a.id}
            href={href(["accounts", a.id])}
            aria-current={a.id === id ? "page" : undefined}
          >
            {named(texts.platforms, a.platform)}
          </a>
        ))}
      </nav>
      <Shown of={health} rows={8}>
        {(detail) => (
          <>
            <HealthHead health={detail} />
            <HistorySection
              overview={overview}
              account={account}
              health={detail}
              chosen={isRange(asked) ? asked : "30d"}
            />
            <Section title={texts.account.measures} note={texts.account.measuresNote}>
              <Measures components={detail.components} />
            </Section>
          </>
        )}
      </Shown>
    </>
  );
}
