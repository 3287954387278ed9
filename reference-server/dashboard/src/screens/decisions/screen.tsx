// Every decision, filtered by verdict and account, with one of them opened beside the list.
import { useEffect } from "react";
import { read } from "../../api/client.ts";
import { usePages } from "../../api/pages.ts";
import type { DecisionSummary, Overview, VerdictName } from "../../api/types.ts";
import { DecisionTable } from "../../parts/decision-table.tsx";
import { Mark } from "../../parts/marks.tsx";
import { Empty, ProblemNotice, Shown } from "../../parts/states.tsx";
import { go, href } from "../../route.ts";
import { texts } from "../../texts.ts";
import { DecisionPanel } from "./panel.tsx";

const VERDICTS: readonly VerdictName[] = ["pass", "hold", "block"];

type Filter = { verdict: string | null; account: string | null };

function Filters({ filter, overview }: { filter: Filter; overview: Overview }) {
  const { decisions: words } = texts;
  const to = (change: Partial<Filter>) => href(["decisions"], { ...filter, ...change });
  return (
    <div className="filters">
      <nav className="choice" aria-label={words.verdict}>
        <a href={to({ verdict: null })} aria-current={filter.verdict === null ? "true" : undefined}>
          {words.allVerdicts}
        </a>
        {VERDICTS.map((v) => (
          <a
            key={v}
            href={to({ verdict: v })}
            aria-current={filter.verdict === v ? "true" : undefined}
          >
            <Mark tone={v} /> {texts.verdict[v]}
          </a>
        ))}
      </nav>
      <select
        aria-label={words.account}
        value={filter.account ?? ""}
        onChange={(e) => go(to({ account: e.target.value || null }))}
      >
        <option value="">{words.allAccounts}</option>
        {overview.accounts.map((a) => (
          <option key={a.id} value={a.id}>
            {a.name}
          </option>
        ))}
      </select>
    </div>
  );
}

/** j and k walk the list while one decision is open; Escape closes it. */
function useWalking(
  items: readonly DecisionSummary[],
  selected: number | null,
  filter: Filter,
): void {
  useEffect(() => {
    if (selected === null) return;
    const walk = (event: KeyboardEvent) => {
      const typing =
        event.target instanceof HTMLElement &&
        event.target.closest("input, select, textarea, dialog");
      if (typing || event.metaKey || event.ctrlKey || event.altKey) return;
      if (event.key === "Escape") go(href(["decisions"], filter));
      const step = { j: 1, k: -1 }[event.key];
      const next =
        step === undefined ? undefined : items[items.findIndex((d) => d.seq === selected) + step];
      if (next) go(href(["decisions", String(next.seq)], filter));
    };
    window.addEventListener("keydown", walk);
    return () => window.removeEventListener("keydown", walk);
  }, [items, selected, filter]);
}

type ScreenProps = { overview: Overview; selected: string | undefined; query: URLSearchParams };

export function DecisionsScreen({ overview, selected, query }: ScreenProps) {
  const filter: Filter = { verdict: query.get("verdict"), account: query.get("account") };
  const open = selected === undefined ? null : Number(selected);
  const pages = usePages(
    `decisions/${filter.verdict}/${filter.account}`,
    async (before, signal) => {
      const page = await read.decisions({ limit: 50, before, ...filter }, signal);
      return { items: page.decisions, next: page.next_before };
    },
  );
  useWalking(pages.items, open, filter);
  const { decisions: words } = texts;
  const filtered = filter.verdict !== null || filter.account !== null;
  return (
    <div className="pair" data-open={open !== null}>
      <div className="pair-list">
        <h1>{words.title}</h1>
        <Filters filter={filter} overview={overview} />
        <Shown of={pages.first} rows={10}>
          {() => {
            if (pages.items.length === 0) {
              const empty = filtered ? words.noMatch : words.empty;
              return <Empty title={empty.title} text={empty.text} />;
            }
            return (
              <>
                <DecisionTable
                  decisions={pages.items}
                  accounts={overview.accounts}
                  now={overview.now}
                  selected={open}
                  query={filter}
                />
                {pages.problem && <ProblemNotice problem={pages.problem} />}
                {pages.more && (
                  <button type="button" className="button more" onClick={pages.more}>
                    {words.more}
                  </button>
                )}
              </>
            );
          }}
        </Shown>
      </div>
      {open !== null && (
        <DecisionPanel
          key={open}
          seq={open}
          overview={overview}
          back={href(["decisions"], filter)}
        />
      )}
    </div>
  );
}
