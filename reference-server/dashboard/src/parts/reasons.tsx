// The reasons of a decision as sentences, most decisive first, as the engine orders them.
import type { DecisionSummary, Reason } from "../api/types.ts";
import { passSentence, reasonSentence } from "../texts/reasons.ts";

/** What a pass rests on is a sentence too, although the engine gives no reason for it. */
export function mainReason(
  d: Pick<DecisionSummary, "reasons" | "verdict" | "low" | "required">,
): string {
  const [first] = d.reasons;
  return first ? reasonSentence(first.code, first.params) : passSentence(d.low, d.required);
}

export function Reasons({ reasons }: { reasons: readonly Reason[] }) {
  return (
    <ul className="reasons">
      {reasons.map((reason) => {
        const sentence = reasonSentence(reason.code, reason.params);
        return <li key={sentence}>{sentence}</li>;
      })}
    </ul>
  );
}
