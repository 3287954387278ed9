// Other numbers for the policy, and which past decisions they would flip. It never adopts them.
import { useEffect, useState } from "react";
import { act, problemOf, read } from "../../api/client.ts";
import { type Knobs, knobFault, readPolicy, writePolicy } from "../../api/policy.ts";
import { useResource } from "../../api/resource.ts";
import type { Overview, PolicyJson, Problem, TrialResult } from "../../api/types.ts";
import { ProblemNotice, Shown, Skeleton } from "../../parts/states.tsx";
import { texts } from "../../texts.ts";
import { KnobForm } from "./form.tsx";
import { TrialOutcome } from "./outcome.tsx";

const PATIENCE_MS = 350;

type Running = { result: TrialResult | null; problem: Problem | null; busy: boolean };

/** Judges again a moment after the last change; an answer that comes too late is dropped. */
function useTrial(policy: PolicyJson, knobs: Knobs, valid: boolean): Running {
  const [running, setRunning] = useState<Running>({ result: null, problem: null, busy: true });
  useEffect(() => {
    if (!valid) return;
    let late = false;
    setRunning((old) => ({ ...old, busy: true }));
    const timer = setTimeout(() => {
      act.tryPolicy(writePolicy(policy, knobs)).then(
        (result) => {
          if (!late) setRunning({ result, problem: null, busy: false });
        },
        (error: unknown) => {
          if (!late) setRunning((old) => ({ ...old, problem: problemOf(error), busy: false }));
        },
      );
    }, PATIENCE_MS);
    return () => {
      late = true;
      clearTimeout(timer);
    };
  }, [policy, knobs, valid]);
  return running;
}

function Trial({ policy, overview }: { policy: PolicyJson; overview: Overview }) {
  const [current] = useState(() => readPolicy(policy));
  const [knobs, setKnobs] = useState(current);
  const fault = knobFault(knobs);
  const { result, problem, busy } = useTrial(policy, knobs, fault === null);
  const changed = JSON.stringify(knobs) !== JSON.stringify(current);
  const { trial: words } = texts;
  return (
    <div className="trial">
      <KnobForm
        knobs={knobs}
        current={current}
        change={setKnobs}
        fault={fault}
        changed={changed}
        flips={result?.flip_count ?? null}
      />
      <div className="trial-outcome" aria-busy={busy} data-stale={busy || fault !== null}>
        {problem && <ProblemNotice problem={problem} />}
        {!problem && result && (
          <TrialOutcome result={result} overview={overview} changed={changed} />
        )}
        {!problem && !result && <Skeleton />}
        <p className="sr-only" role="status">
          {busy ? words.running : ""}
        </p>
      </div>
    </div>
  );
}

export function TrialScreen({ overview }: { overview: Overview }) {
  const policy = useResource("policy", read.policy);
  const { trial: words } = texts;
  return (
    <>
      <h1>{words.title}</h1>
      <p className="lede">{words.note}</p>
      <Shown of={policy} rows={10}>
        {(data) => <Trial key={data.digest} policy={data.policy} overview={overview} />}
      </Shown>
    </>
  );
}
