// What a screen shows when it has nothing to show yet: loading, empty, or the server's problem with a way on.
import type { ReactNode } from "react";
import type { Resource } from "../api/resource.ts";
import type { Problem } from "../api/types.ts";
import { texts } from "../texts.ts";

export function Skeleton({ rows = 6 }: { rows?: number }) {
  return (
    <div className="skeleton" role="status" aria-label={texts.loading}>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: identical placeholders without state.
        <i key={row} />
      ))}
    </div>
  );
}

export function problemText(problem: Problem): string {
  if (problem.code === "dashboard.unreachable") return texts.failed.unreachable;
  return problem.detail ?? problem.title;
}

export function ProblemNotice({ problem, retry }: { problem: Problem; retry?: () => void }) {
  return (
    <div className="notice" data-kind="problem" role="alert">
      <h2>{texts.failed.title}</h2>
      <p>{problemText(problem)}</p>
      <p className="codes">
        {problem.code && (
          <span>
            {texts.failed.code} <code>{problem.code}</code>
          </span>
        )}
        {problem.path && (
          <span>
            {texts.failed.field} <code>{problem.path}</code>
          </span>
        )}
      </p>
      {retry && (
        <button type="button" className="button" onClick={retry}>
          {texts.failed.retry}
        </button>
      )}
    </div>
  );
}

export function Empty({
  title,
  text,
  children,
}: {
  title: string;
  text: string;
  children?: ReactNode;
}) {
  return (
    <div className="notice">
      <h2>{title}</h2>
      <p className="second">{text}</p>
      {children}
    </div>
  );
}

/** Shows what is known; before that the skeleton; on failure the problem, above the last answer if there is one. */
export function Shown<T>({
  of,
  rows,
  children,
}: {
  of: Resource<T>;
  rows?: number;
  children: (data: T) => ReactNode;
}) {
  if (of.data === null) {
    if (of.problem) return <ProblemNotice problem={of.problem} retry={of.reload} />;
    return <Skeleton {...(rows === undefined ? {} : { rows })} />;
  }
  return (
    <>
      {of.problem && (
        <p className="small" role="status" data-tone="unhealthy" style={{ color: "var(--tone)" }}>
          {texts.failed.stale} {problemText(of.problem)}
        </p>
      )}
      {children(of.data)}
    </>
  );
}
