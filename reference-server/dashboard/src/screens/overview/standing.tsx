// What stands right now beside health: the ledger's integrity and what waits for a person.
import { read } from "../../api/client.ts";
import { useResource } from "../../api/resource.ts";
import type { Overview } from "../../api/types.ts";
import * as number from "../../format/number.ts";
import { ago } from "../../format/time.ts";
import { Change } from "../../parts/change.tsx";
import { Mark } from "../../parts/marks.tsx";
import { mainReason } from "../../parts/reasons.tsx";
import { Section } from "../../parts/section.tsx";
import { Shown } from "../../parts/states.tsx";
import { href } from "../../route.ts";
import { texts } from "../../texts.ts";

export function LedgerFact({ overview }: { overview: Overview }) {
  const { overview: words } = texts;
  const { ledger } = overview;
  const [tone, word] =
    ledger.intact === null
      ? (["none", words.unverifiedLedger] as const)
      : ledger.intact
        ? (["healthy", words.intact] as const)
        : (["unhealthy", words.altered] as const);
  return (
    <Section title={words.ledger} end={<a href={href(["ledger"])}>{texts.ledger.verify}</a>}>
      <p className="standing">
        <span className="toned" data-tone={tone}>
          <Mark tone={tone} />
          {word}
        </span>
        <span className="second">
          {words.entries(number.count(ledger.entries))}
          {ledger.verified_at && `, ${words.verified(ago(ledger.verified_at, overview.now))}`}
        </span>
        <code className="quiet">{ledger.head.slice(0, 16)}</code>
      </p>
    </Section>
  );
}

export function Waiting({ overview }: { overview: Overview }) {
  const waiting = useResource(`proposals/${overview.open_proposals}`, read.proposals);
  const { overview: words, decisions } = texts;
  return (
    <Section title={words.waiting}>
      {overview.open_proposals === 0 ? (
        <p className="quiet">{words.nothingWaiting}</p>
      ) : (
        <Shown of={waiting} rows={2}>
          {({ proposals }) => (
            <ul className="waiting">
              {proposals.slice(0, 4).map((p) => (
                <li key={p.proposal_id}>
                  <a href={href(["decisions", String(p.seq)])}>{p.campaign_name}</a>
                  <Change before={p.before} after={p.after} action={p.action} />
                  <span className="second small">{mainReason(p)}</span>
                  {p.expires_at && (
                    <span className="quiet small">
                      {decisions.expires(ago(p.expires_at, overview.now))}
                    </span>
                  )}
                </li>
              ))}
            </ul>
          )}
        </Shown>
      )}
    </Section>
  );
}
