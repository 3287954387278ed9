// The chain: its entries, whether it holds together, and what each entry says.
import { useState } from "react";
import { act, problemOf, read } from "../api/client.ts";
import { usePages } from "../api/pages.ts";
import { reloadEverything, useResource } from "../api/resource.ts";
import type { LedgerEntry, Overview, Problem, Verification } from "../api/types.ts";
import * as number from "../format/number.ts";
import { Mark } from "../parts/marks.tsx";
import { Raw } from "../parts/raw.tsx";
import { Empty, ProblemNotice, Shown } from "../parts/states.tsx";
import { When } from "../parts/when.tsx";
import { href } from "../route.ts";
import { named, texts } from "../texts.ts";

const { ledger: words } = texts;
const short = (hash: string): string => hash.slice(0, 12);

function Verify({ found }: { found: (result: Verification) => void }) {
  const [state, setState] = useState<"idle" | "busy" | Verification>("idle");
  const [problem, setProblem] = useState<Problem | null>(null);
  const verify = () => {
    setState("busy");
    setProblem(null);
    act.verifyLedger().then(
      (result) => {
        setState(result);
        found(result);
        reloadEverything();
      },
      (error: unknown) => {
        setState("idle");
        setProblem(problemOf(error));
      },
    );
  };
  const result = typeof state === "object" ? state : null;
  const why = result?.first_bad?.why ?? "";
  return (
    <div className="verify">
      <button
        type="button"
        className="button"
        data-kind="strong"
        onClick={verify}
        disabled={state === "busy"}
      >
        {state === "busy" ? words.verifying : words.verify}
      </button>
      <p role="status">
        {result && (
          <span className="toned" data-tone={result.intact ? "healthy" : "unhealthy"}>
            <Mark tone={result.intact ? "healthy" : "unhealthy"} />
            {result.intact || !result.first_bad
              ? words.ok(number.count(result.entries), number.count(result.took_ms))
              : words.bad(result.first_bad.seq, words.whys[why] ?? named({}, why).toLowerCase())}
          </span>
        )}
        {result?.first_bad && (
          <a href={href(["ledger", String(result.first_bad.seq)])}>
            {words.body(result.first_bad.seq)}
          </a>
        )}
      </p>
      {problem && <ProblemNotice problem={problem} />}
    </div>
  );
}

function Chain({
  entries,
  selected,
  bad,
}: {
  entries: readonly LedgerEntry[];
  selected: number | null;
  bad: number | null;
}) {
  return (
    <table className="chain">
      <thead>
        <tr>
          <th scope="col" className="number">
            {words.seq}
          </th>
          <th scope="col">{words.kind}</th>
          <th scope="col">{words.time}</th>
          <th scope="col">{words.hash}</th>
          <th scope="col" className="col-previous">
            {words.previous}
          </th>
          <th scope="col" className="number col-bytes">
            {words.bytes}
          </th>
        </tr>
      </thead>
      <tbody>
        {entries.map((e) => (
          <tr
            key={e.seq}
            aria-current={selected === e.seq ? "true" : undefined}
            data-bad={bad === e.seq}
          >
            <th scope="row" className="number">
              <a href={href(["ledger", String(e.seq)])}>{e.seq}</a>
            </th>
            <td>{named(words.kinds, e.kind)}</td>
            <td className="second">
              <When at={e.at} />
            </td>
            <td>
              <code title={e.hash}>{short(e.hash)}</code>
            </td>
            <td className="col-previous">
              <code className="quiet" title={e.previous}>
                {short(e.previous)}
              </code>
            </td>
            <td className="number quiet col-bytes">{number.count(e.bytes)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function EntryPanel({ seq }: { seq: number }) {
  const entry = useResource(`ledger/${seq}`, (signal) => read.ledgerEntry(seq, signal));
  return (
    <aside className="panel" aria-label={words.body(seq)}>
      <div className="panel-head">
        <h2>{words.body(seq)}</h2>
        <a href={href(["ledger"])} className="button">
          {texts.decisions.close}
        </a>
      </div>
      <Shown of={entry}>
        {(data) => (
          <>
            <dl className="pairs">
              <dt>{words.kind}</dt>
              <dd>
                {named(words.kinds, data.kind)}
                {data.kind === "review" && (
                  <>
                    , <a href={href(["decisions", String(seq)])}>{texts.decisions.detail(seq)}</a>
                  </>
                )}
              </dd>
              <dt>{words.time}</dt>
              <dd>
                <When at={data.at} />
              </dd>
              <dt>{words.hash}</dt>
              <dd>
                <code className="hash">{data.hash}</code>
              </dd>
              <dt>{words.previous}</dt>
              <dd>
                <code className="hash">{data.previous}</code>
              </dd>
            </dl>
            <Raw title={words.content} value={data.body} open />
          </>
        )}
      </Shown>
    </aside>
  );
}

export function LedgerScreen({
  overview,
  selected,
}: {
  overview: Overview;
  selected: string | undefined;
}) {
  const [bad, setBad] = useState<number | null>(null);
  const open = selected === undefined ? null : Number(selected);
  const pages = usePages("ledger", async (before, signal) => {
    const page = await read.ledger({ limit: 50, before }, signal);
    return { items: page.entries, next: page.next_before };
  });
  return (
    <div className="pair" data-open={open !== null}>
      <div className="pair-list">
        <h1>{words.title}</h1>
        <p className="lede">{words.intro}</p>
        <Verify found={(result) => setBad(result.first_bad?.seq ?? null)} />
        <p className="small head-line">
          <span className="quiet">{words.head}</span>{" "}
          <code className="hash">{overview.ledger.head}</code>
        </p>
        <Shown of={pages.first} rows={10}>
          {() =>
            pages.items.length === 0 ? (
              <Empty title={words.empty.title} text={words.empty.text} />
            ) : (
              <>
                <Chain entries={pages.items} selected={open} bad={bad} />
                {pages.problem && <ProblemNotice problem={pages.problem} />}
                {pages.more && (
                  <button type="button" className="button more" onClick={pages.more}>
                    {words.more}
                  </button>
                )}
              </>
            )
          }
        </Shown>
      </div>
      {open !== null && <EntryPanel key={open} seq={open} />}
    </div>
  );
}
