// The first sight: may the accounts act, what was protected, is anything frozen, is the ledger intact, what was decided.
import { read } from "../../api/client.ts";
import { useResource } from "../../api/resource.ts";
import type { AccountSummary, Overview } from "../../api/types.ts";
import { DecisionTable } from "../../parts/decision-table.tsx";
import { Section } from "../../parts/section.tsx";
import { Empty, Shown } from "../../parts/states.tsx";
import { href } from "../../route.ts";
import { texts } from "../../texts.ts";
import { HealthTable } from "./health-table.tsx";
import { MoneySection } from "./money.tsx";
import { LedgerFact, Waiting } from "./standing.tsx";

function headline(accounts: readonly AccountSummary[]): { title: string; text: string } {
  const { headline: words } = texts;
  const able = accounts.filter((a) => a.health.status === "healthy").length;
  const total = accounts.length;
  const title =
    able === total ? words.all(total) : able === 0 ? words.none(total) : words.some(able, total);
  const of = (test: (a: AccountSummary) => boolean) => accounts.filter(test).map((a) => a.name);
  const say = (names: string[], sentence: (names: string, n: number) => string) =>
    names.length === 0 ? [] : [sentence(words.list(names), names.length)];
  const lines = [
    ...say(
      of((a) => a.health.status === "unhealthy"),
      words.unhealthy,
    ),
    ...say(
      of((a) => a.health.status === "degraded" && a.health.score !== null),
      words.degraded,
    ),
    ...say(
      of((a) => a.health.status === "degraded" && a.health.score === null),
      words.unmeasured,
    ),
  ];
  return { title, text: lines.length === 0 ? words.everythingMeasured : lines.join(" ") };
}

export function OverviewScreen({ overview }: { overview: Overview }) {
  const latest = useResource(
    "decisions/latest",
    (signal) => read.decisions({ limit: 8 }, signal),
    30,
  );
  const { overview: words } = texts;
  if (overview.accounts.length === 0) {
    return (
      <>
        <h1>{overview.tenant.name}</h1>
        <Empty title={words.empty.title} text={words.empty.text}>
          <p style={{ marginBlockStart: "0.6rem" }}>
            <code>{words.empty.command}</code>
          </p>
        </Empty>
        <LedgerFact overview={overview} />
      </>
    );
  }
  const { title, text } = headline(overview.accounts);
  return (
    <>
      <h1>{title}</h1>
      <p className="lede">{text}</p>
      <HealthTable overview={overview} />
      <div className="columns">
        <MoneySection money={overview.money} />
        <div>
          <LedgerFact overview={overview} />
          <Waiting overview={overview} />
        </div>
      </div>
      <Section title={words.latest} end={<a href={href(["decisions"])}>{words.all}</a>}>
        <Shown of={latest} rows={4}>
          {(page) =>
            page.decisions.length === 0 ? (
              <p className="quiet">{texts.decisions.empty.text}</p>
            ) : (
              <DecisionTable
                decisions={page.decisions}
                accounts={overview.accounts}
                now={overview.now}
              />
            )
          }
        </Shown>
      </Section>
    </>
  );
}
