// What a screen knows about something it asked for: loading, failed, or here (perhaps being refreshed).
// A small cache keeps the last answer per key, so going back shows it at once while it is asked for again.
import { useCallback, useEffect, useRef, useState } from "react";
import { problemOf } from "./client.ts";
import type { Problem } from "./types.ts";

export type Resource<T> = {
  data: T | null;
  problem: Problem | null;
  loading: boolean;
  reload: () => void;
};

type Entry<T> = { key: string; data: T | null; problem: Problem | null; loading: boolean };

const remembered = new Map<string, unknown>();
const listeners = new Set<() => void>();

/** After something was changed: every resource on screen asks again. */
export function reloadEverything(): void {
  for (const listener of listeners) listener();
}

export function useResource<T>(
  key: string,
  load: (signal: AbortSignal) => Promise<T>,
  everySeconds?: number,
): Resource<T> {
  const start = (): Entry<T> => ({
    key,
    data: (remembered.get(key) as T | undefined) ?? null,
    problem: null,
    loading: true,
  });
  const [entry, setEntry] = useState<Entry<T>>(start);
  const [turn, setTurn] = useState(0);
  const loader = useRef(load);
  loader.current = load;

  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn` asks again on purpose.
  useEffect(() => {
    const abort = new AbortController();
    setEntry((old) => (old.key === key ? { ...old, loading: true } : start()));
    loader.current(abort.signal).then(
      (data) => {
        if (abort.signal.aborted) return;
        remembered.set(key, data);
        setEntry({ key, data, problem: null, loading: false });
      },
      (error: unknown) => {
        if (abort.signal.aborted) return;
        setEntry((old) => ({
          key,
          data: old.key === key ? old.data : null,
          problem: problemOf(error),
          loading: false,
        }));
      },
    );
    return () => abort.abort();
  }, [key, turn]);

  const reload = useCallback(() => setTurn((n) => n + 1), []);

  useEffect(() => {
    listeners.add(reload);
    return () => {
      listeners.delete(reload);
    };
  }, [reload]);

  useEffect(() => {
    if (everySeconds === undefined) return;
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") reload();
    }, everySeconds * 1000);
    return () => clearInterval(timer);
  }, [everySeconds, reload]);

  const current = entry.key === key ? entry : start();
  return { data: current.data, problem: current.problem, loading: current.loading, reload };
}
