// Signal health of every account side by side, on one 0-100 scale.
import { read } from "../../api/client.ts";
import { useResource } from "../../api/resource.ts";
import type { AccountSummary, Overview } from "../../api/types.ts";
import { Hatches, Sparkline } from "../../charts/layer.tsx";
import * as number from "../../format/number.ts";
import { utc } from "../../format/time.ts";
import { StatusWord, toneOf } from "../../parts/marks.tsx";
import { Range, Scale } from "../../parts/range.tsx";
import { Section } from "../../parts/section.tsx";
import { href } from "../../route.ts";
import { named, texts } from "../../texts.ts";

const TREND_DAYS = 14;

function Trend({ account, now }: { account: AccountSummary; now: string }) {
  const from = utc(Date.parse(now) - TREND_DAYS * 86_400_000);
  const history = useResource(`trend/${account.id}`, (signal) =>
    read.history(account.id, { from }, signal),
  );
  if (!history.data || history.data.points.length === 0)
    return <span className="quiet small">–</span>;
  return (
    <Sparkline
      points={history.data.points}
      label={`${account.name}, ${texts.overview.trend.toLowerCase()}`}
    />
  );
}

function Row({ account, now }: { account: AccountSummary; now: string }) {
  const { health } = account;
  const tone = toneOf(health.status, health.score);
  const platform = named(texts.platforms, account.platform);
  return (
    <tr>
      <th scope="row" className="account">
        <a href={href(["accounts", account.id])}>{account.name}</a>
        {!account.name.includes(platform) && <span className="quiet small"> {platform}</span>}
      </th>
      <td className="status">
        <StatusWord status={health.status} score={health.score} />
      </td>
      <td className="scale-cell">
        <Range value={health} tone={tone} label={account.name} />
      </td>
      <td className="number score">
        {health.score === null ? (
          <span className="quiet small">{texts.notMeasured}</span>
        ) : (
          <>
            <b>{number.score(health.score)}</b>{" "}
            <span className="quiet small">{number.range(health.low, health.high)}</span>
          </>
        )}
      </td>
      <td className="number coverage" data-label={texts.overview.coverage.toLowerCase()}>
        {number.share(health.coverage)}
      </td>
      <td className="trend">
        <Trend account={account} now={now} />
      </td>
      <td className="number open">
        {account.open_incidents === 0 ? (
          <span className="quiet">{texts.overview.noIncidents}</span>
        ) : (
          account.open_incidents
        )}
      </td>
    </tr>
  );
}

export function HealthTable({ overview }: { overview: Overview }) {
  const { overview: words } = texts;
  return (
    <Section title={words.health}>
      <Hatches />
      <table className="health-table">
        <thead>
          <tr>
            <th scope="col">{words.account}</th>
            <th scope="col">{texts.account.statusLayer}</th>
            <th scope="col" className="scale-cell">
              <span className="sr-only">{words.scale}</span>
              <Scale />
            </th>
            <th scope="col" className="number">
              {words.score}
            </th>
            <th scope="col" className="number">
              {words.coverage}
            </th>
            <th scope="col">{words.trend}</th>
            <th scope="col" className="number">
              {texts.navigation.incidents}
            </th>
          </tr>
        </thead>
        <tbody>
          {overview.accounts.map((account) => (
            <Row key={account.id} account={account} now={overview.now} />
          ))}
        </tbody>
      </table>
    </Section>
  );
}
