// A table of decisions: when, which campaign, what change, the verdict and its main reason.
import type { AccountSummary, DecisionSummary } from "../api/types.ts";
import { href } from "../route.ts";
import { texts } from "../texts.ts";
import { Change } from "./change.tsx";
import { toneOf, VerdictWord } from "./marks.tsx";
import { Range } from "./range.tsx";
import { mainReason } from "./reasons.tsx";
import { When } from "./when.tsx";

type DecisionTableProps = {
  decisions: readonly DecisionSummary[];
  accounts: readonly AccountSummary[];
  now: string;
  selected?: number | null;
  query?: Record<string, string | null>;
};

export function DecisionTable({ decisions, accounts, selected, query }: DecisionTableProps) {
  const { decisions: words } = texts;
  const nameOf = (id: string) => accounts.find((a) => a.id === id)?.name ?? id;
  return (
    <table className="decision-table">
      <thead>
        <tr>
          <th scope="col">{words.verdict}</th>
          <th scope="col">{words.time}</th>
          <th scope="col">{words.campaign}</th>
          <th scope="col">{words.change}</th>
          <th scope="col" className="col-health">
            {words.health}
          </th>
          <th scope="col" className="col-reason">
            {words.reason}
          </th>
          <th scope="col" className="col-state">
            {words.state}
          </th>
        </tr>
      </thead>
      <tbody>
        {decisions.map((d) => (
          <tr key={d.seq} aria-current={selected === d.seq ? "true" : undefined}>
            <td className="col-verdict">
              <VerdictWord verdict={d.verdict} />
            </td>
            <td className="col-time second">
              <When at={d.at} />
            </td>
            <th scope="row" className="col-campaign">
              <a href={href(["decisions", String(d.seq)], query)}>{d.campaign_name}</a>
              <span className="quiet small">{nameOf(d.account)}</span>
            </th>
            <td className="col-change">
              <Change before={d.before} after={d.after} action={d.action} />
            </td>
            <td className="col-health">
              <Range value={d} tone={toneOf(d.status, d.score)} needed={d.required} />
            </td>
            <td className="col-reason second">{mainReason(d)}</td>
            <td className="col-state">
              {d.state === "awaiting_approval" ? (
                <b>{texts.state[d.state]}</b>
              ) : (
                texts.state[d.state]
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
