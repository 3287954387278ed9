// Raw JSON, folded until asked for.
export function Raw({ title, value, open }: { title: string; value: unknown; open?: boolean }) {
  return (
    <details className="raw" open={open}>
      <summary>{title}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard. */}
      <pre tabIndex={0}>{JSON.stringify(value, null, 2)}</pre>
    </details>
  );
}
