// A list that grows downwards: the first page as a resource, older pages on request.
import { useEffect, useState } from "react";
import { problemOf } from "./client.ts";
import { type Resource, useResource } from "./resource.ts";
import type { Problem } from "./types.ts";

export type Page<T> = { items: T[]; next: number | null };
export type Pages<T> = {
  first: Resource<Page<T>>;
  items: T[];
  more: (() => void) | null;
  problem: Problem | null;
};

export function usePages<T extends { seq: number }>(
  key: string,
  load: (before: number | null, signal?: AbortSignal) => Promise<Page<T>>,
): Pages<T> {
  const first = useResource(key, (signal) => load(null, signal));
  const [older, setOlder] = useState<Page<T> | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another key is another list.
  useEffect(() => {
    setOlder(null);
    setProblem(null);
  }, [key]);

  const newest = first.data?.items ?? [];
  const lowest = newest.at(-1)?.seq ?? 0;
  const items = [...newest, ...(older?.items ?? []).filter((i) => i.seq < lowest)];
  const next = older ? older.next : (first.data?.next ?? null);
  const more = () => {
    load(next).then(
      (page) => {
        setProblem(null);
        setOlder((old) => ({ items: [...(old?.items ?? []), ...page.items], next: page.next }));
      },
      (error: unknown) => setProblem(problemOf(error)),
    );
  };
  return { first, items, more: next === null ? null : more, problem };
}
