// A modal question with a form: native dialog, so focus, Escape and the backdrop come from the browser.
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { problemOf } from "../api/client.ts";
import { reloadEverything } from "../api/resource.ts";
import type { Problem } from "../api/types.ts";
import { texts } from "../texts.ts";
import { ProblemNotice } from "./states.tsx";

type DialogProps = {
  title: string;
  text: string;
  confirm: string;
  cancel: string;
  stop?: boolean;
  close: () => void;
  submit: (form: FormData) => Promise<unknown>;
  children: ReactNode;
};

export function Dialog({
  title,
  text,
  confirm,
  cancel,
  stop,
  close,
  submit,
  children,
}: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    const shown = dialog.current;
    if (shown && !shown.open) shown.showModal();
  }, []);

  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const by = form.get("by");
    if (typeof by === "string") rememberPerson(by);
    setBusy(true);
    submit(form).then(
      () => {
        reloadEverything();
        close();
      },
      (error: unknown) => {
        setProblem(problemOf(error));
        setBusy(false);
      },
    );
  };

  return (
    <dialog ref={dialog} className="dialog" onClose={close} aria-label={title}>
      <form onSubmit={onSubmit}>
        <div>
          <h2>{title}</h2>
          <p className="second">{text}</p>
        </div>
        {children}
        {problem && <ProblemNotice problem={problem} />}
        <div className="choices">
          <button type="button" className="button" onClick={close}>
            {cancel}
          </button>
          <button
            type="submit"
            className="button"
            data-kind={stop ? "stop" : "strong"}
            disabled={busy}
          >
            {confirm}
          </button>
        </div>
      </form>
    </dialog>
  );
}

const PERSON = "stratum.person";
const rememberPerson = (by: string): void => sessionStorage.setItem(PERSON, by);

export function PersonField({ label }: { label: string }) {
  return (
    <label className="field">
      <span>{label}</span>
      <input
        type="text"
        name="by"
        required
        maxLength={80}
        autoComplete="off"
        defaultValue={sessionStorage.getItem(PERSON) ?? ""}
      />
      <span className="quiet">{texts.unverifiedIdentity}</span>
    </label>
  );
}
