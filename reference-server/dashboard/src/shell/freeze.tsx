// Freezing and lifting: always in reach, always confirmed, always with a name.
import { useState } from "react";
import { act } from "../api/client.ts";
import type { AccountSummary, Freeze, Overview } from "../api/types.ts";
import { ago } from "../format/time.ts";
import { Dialog, PersonField } from "../parts/dialog.tsx";
import { named, texts } from "../texts.ts";

export function FreezeButton({ accounts }: { accounts: readonly AccountSummary[] }) {
  const [open, setOpen] = useState(false);
  const { freeze } = texts;
  return (
    <>
      <button type="button" className="button" data-kind="stop" onClick={() => setOpen(true)}>
        {freeze.open}
      </button>
      {open && (
        <Dialog
          title={freeze.title}
          text={freeze.text}
          confirm={freeze.confirm}
          cancel={freeze.cancel}
          stop
          close={() => setOpen(false)}
          submit={(form) =>
            act.freeze(
              String(form.get("scope") ?? "") || null,
              String(form.get("by")),
              String(form.get("why")),
            )
          }
        >
          <label className="field">
            <span>{freeze.scope}</span>
            <select name="scope" defaultValue="">
              <option value="">{freeze.everything}</option>
              {accounts.map((a) => (
                <option key={a.id} value={a.id}>
                  {a.name}
                </option>
              ))}
            </select>
          </label>
          <label className="field">
            <span>{freeze.why}</span>
            <input type="text" name="why" required maxLength={200} autoComplete="off" />
          </label>
          <PersonField label={freeze.by} />
        </Dialog>
      )}
    </>
  );
}

export function scopeName(freeze: Freeze, accounts: readonly AccountSummary[]): string {
  const { account, platform, campaign } = freeze.scope;
  const parts = [
    account ? (accounts.find((a) => a.id === account)?.name ?? account) : null,
    platform ? named(texts.platforms, platform) : null,
    campaign ?? null,
  ].filter((part) => part !== null);
  return parts.length === 0 ? texts.freeze.everything : parts.join(", ");
}

export function FreezeBanners({ overview }: { overview: Overview }) {
  const [lifting, setLifting] = useState<Freeze | null>(null);
  const { freeze: words } = texts;
  return (
    <>
      {overview.freezes.map((freeze) => (
        <div className="frozen" key={freeze.id} role="status">
          <strong>{words.banner(scopeName(freeze, overview.accounts))}</strong>
          <span className="why">{freeze.why}</span>
          <span className="quiet small">{words.note(freeze.by, ago(freeze.at, overview.now))}</span>
          <button type="button" className="button" onClick={() => setLifting(freeze)}>
            {words.lift}
          </button>
        </div>
      ))}
      {lifting && (
        <Dialog
          title={words.liftTitle(scopeName(lifting, overview.accounts))}
          text={words.liftText}
          confirm={words.liftConfirm}
          cancel={words.cancel}
          close={() => setLifting(null)}
          submit={(form) => act.lift(lifting.id, String(form.get("by")))}
        >
          <PersonField label={words.by} />
        </Dialog>
      )}
    </>
  );
}
