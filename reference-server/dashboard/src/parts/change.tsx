// A proposed change of money: before, after, and by how much.
import type { Money } from "../api/types.ts";
import * as number from "../format/number.ts";
import { named, texts } from "../texts.ts";

type ChangeProps = { before: Money | null; after: Money | null; action: string };

export function Change({ before, after, action }: ChangeProps) {
  const relative = number.relativeChange(before, after);
  const other = action !== "set_daily_budget";
  const moves = before !== null || after !== null;
  return (
    <span className="change">
      {other && <span>{named(texts.actions, action)} </span>}
      {moves && !(action === "pause") && (
        <>
          <span className={before === null ? "quiet" : "second"}>{number.moneyShort(before)}</span>
          <svg className="arrow" viewBox="0 0 14 8" aria-hidden="true">
            <path d="M0 4h12M9 1l3 3-3 3" fill="none" stroke="currentColor" strokeWidth="1.2" />
          </svg>
          <span className="sr-only"> to </span>
          <span>{number.moneyShort(after)}</span>
          {relative && <span className="quiet small"> {relative}</span>}
        </>
      )}
      {action === "pause" && before !== null && (
        <span className="second">{number.moneyShort(before)}</span>
      )}
    </span>
  );
}
