// One decision in full: what was proposed, the verdict and why, what would turn it, and the proof.
import { useEffect, useRef, useState } from "react";
import { act, read } from "../../api/client.ts";
import { useResource } from "../../api/resource.ts";
import type { DecisionDetail, Overview, Receipt, Remedy } from "../../api/types.ts";
import * as number from "../../format/number.ts";
import { ago } from "../../format/time.ts";
import { Change } from "../../parts/change.tsx";
import { Dialog, PersonField } from "../../parts/dialog.tsx";
import { Mark, StatusWord, toneOf, VerdictWord } from "../../parts/marks.tsx";
import { Measures } from "../../parts/measures.tsx";
import { Range, Scale } from "../../parts/range.tsx";
import { Raw } from "../../parts/raw.tsx";
import { mainReason, Reasons } from "../../parts/reasons.tsx";
import { Section } from "../../parts/section.tsx";
import { Shown } from "../../parts/states.tsx";
import { When } from "../../parts/when.tsx";
import { href } from "../../route.ts";
import { remedySentence } from "../../texts/reasons.ts";
import { texts } from "../../texts.ts";

function Approve({ decision, overview }: { decision: DecisionDetail; overview: Overview }) {
  const [open, setOpen] = useState(false);
  const proposals = useResource(`proposals/for/${decision.seq}`, read.proposals);
  const proposal = proposals.data?.proposals.find((p) => p.seq === decision.seq);
  const { approve: words, decisions } = texts;
  if (!proposal) return null;
  const what = `${decision.campaign_name}: ${number.money(decision.before)} → ${number.money(decision.after)}`;
  return (
    <p className="approve">
      <button type="button" className="button" data-kind="strong" onClick={() => setOpen(true)}>
        {decisions.approve}
      </button>
      {proposal.expires_at && (
        <span className="quiet small">
          {decisions.expires(ago(proposal.expires_at, overview.now))}
        </span>
      )}
      {open && (
        <Dialog
          title={words.title}
          text={words.text(what)}
          confirm={words.confirm}
          cancel={words.cancel}
          close={() => setOpen(false)}
          submit={(form) => act.approve(proposal.proposal_id, String(form.get("by")))}
        >
          <PersonField label={words.by} />
        </Dialog>
      )}
    </p>
  );
}

function ReceiptSection({ receipt }: { receipt: Receipt | null }) {
  const { decisions: words } = texts;
  return (
    <Section title={words.receipt}>
      {receipt === null ? (
        <p className="quiet">{words.noReceipt}</p>
      ) : (
        <dl className="pairs">
          <dt>{words.state}</dt>
          <dd>
            <b>{words.receiptOutcome[receipt.outcome]}</b>{" "}
            <span className="quiet small">
              <When at={receipt.at} />
            </span>
          </dd>
          {(["before", "requested", "observed"] as const).map((name) => (
            <div key={name}>
              <dt>{words.receiptRows[name]}</dt>
              <dd>
                {receipt[name] === null && name === "observed" ? (
                  <span className="quiet">{words.notObserved}</span>
                ) : (
                  number.money(receipt[name])
                )}
              </dd>
            </div>
          ))}
        </dl>
      )}
    </Section>
  );
}

function Turning({ decision }: { decision: DecisionDetail }) {
  const { decisions: words } = texts;
  if (decision.verdict === "pass") return null;
  const remedies: readonly Remedy[] = decision.would_pass_if;
  return (
    <Section title={words.wouldPass}>
      {remedies.length === 0 ? (
        <p className="second">{words.noRemedy}</p>
      ) : (
        <ul className="reasons">
          {remedies.map((remedy) => {
            const sentence = remedySentence(remedy);
            return <li key={sentence}>{sentence}</li>;
          })}
        </ul>
      )}
    </Section>
  );
}

function HealthThen({ decision }: { decision: DecisionDetail }) {
  const { decisions: words } = texts;
  const { health } = decision;
  const tone = toneOf(health.status, health.score);
  return (
    <Section
      title={words.healthThen}
      end={<a href={href(["accounts", decision.account])}>{texts.account.chart}</a>}
    >
      <p className="then">
        <StatusWord status={health.status} score={health.score} />
        <b>{number.score(health.score)}</b>
        <span className="second">{number.range(health.low, health.high)}</span>
        {decision.required !== null && (
          <span className="second needed-word">
            {words.needed(number.score(decision.required))}
          </span>
        )}
      </p>
      <Range
        value={health}
        tone={tone}
        size="large"
        needed={decision.required}
        label={words.healthThen}
      />
      <Scale />
      <details className="raw">
        <summary>{texts.account.measures}</summary>
        <Measures components={health.components} />
      </details>
    </Section>
  );
}

function Proof({ decision }: { decision: DecisionDetail }) {
  const { decisions: words } = texts;
  const same = decision.replay?.same ?? null;
  return (
    <>
      <dl className="pairs">
        <dt>{words.replay}</dt>
        <dd data-tone={same === null ? "none" : same ? "healthy" : "unhealthy"} className="toned">
          <Mark tone={same === null ? "none" : same ? "healthy" : "unhealthy"} />
          {same === null ? words.replayUnknown : same ? words.replaySame : words.replayDiffers}
        </dd>
        <dt>{words.entry}</dt>
        <dd>
          <a href={href(["ledger", String(decision.seq)])}>{decision.seq}</a>{" "}
          <code className="hash">{decision.entry_hash}</code>
        </dd>
        <dt>{words.policy}</dt>
        <dd>
          {decision.policy.version}{" "}
          <code className="quiet">{decision.policy.digest.slice(0, 12)}</code>
        </dd>
      </dl>
      <Raw title={words.proposal} value={decision.proposal} />
      <Raw title={words.evidence} value={decision.evidence} />
    </>
  );
}

function Body({ decision, overview }: { decision: DecisionDetail; overview: Overview }) {
  const { decisions: words } = texts;
  const account = overview.accounts.find((a) => a.id === decision.account);
  return (
    <>
      <p className="proposed">
        <Change before={decision.before} after={decision.after} action={decision.action} />
      </p>
      <p className="second">
        {decision.campaign_name}, {words.of(account?.name ?? decision.account)}
        <br />
        {texts.proposers[decision.proposer.kind]} <b>{decision.proposer.id}</b>,{" "}
        <When at={decision.at} />
      </p>
      <p className="verdict-line">
        <span className="verdict-big">
          <VerdictWord verdict={decision.verdict} />
        </span>
        <span>{texts.state[decision.state]}</span>
        {decision.basis && <span className="second">{texts.basis[decision.basis]}</span>}
        {decision.truth && (
          <span className="tag">{words.truthNote(texts.truth[decision.truth])}</span>
        )}
      </p>
      {decision.state === "awaiting_approval" && (
        <Approve decision={decision} overview={overview} />
      )}
      <Section title={words.why}>
        {decision.reasons.length === 0 ? (
          <p>{mainReason(decision)}</p>
        ) : (
          <Reasons reasons={decision.reasons} />
        )}
      </Section>
      <Turning decision={decision} />
      <HealthThen decision={decision} />
      <ReceiptSection receipt={decision.receipt} />
      <Section title={words.replay}>
        <Proof decision={decision} />
      </Section>
    </>
  );
}

export function DecisionPanel({
  seq,
  overview,
  back,
}: {
  seq: number;
  overview: Overview;
  back: string;
}) {
  const decision = useResource(`decision/${seq}`, (signal) => read.decision(seq, signal));
  const panel = useRef<HTMLElement>(null);
  useEffect(() => panel.current?.focus({ preventScroll: true }), []);
  const { decisions: words } = texts;
  return (
    <aside className="panel" ref={panel} tabIndex={-1} aria-label={words.detail(seq)}>
      <div className="panel-head">
        <h2>{words.detail(seq)}</h2>
        <a href={back} className="button">
          {words.close}
        </a>
      </div>
      <Shown of={decision} rows={8}>
        {(data) => <Body decision={data} overview={overview} />}
      </Shown>
    </aside>
  );
}
