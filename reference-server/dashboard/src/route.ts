// Which screen the address names. Hash routes, so the server only ever has to serve one page.
import { useSyncExternalStore } from "react";

export type Route = { path: readonly string[]; query: URLSearchParams };

export function parseRoute(hash: string): Route {
  const [path = "", search = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const parts = path.split("/").filter((p) => p !== "");
  return { path: parts.map(decodeURIComponent), query: new URLSearchParams(search) };
}

export function href(path: readonly string[], query: Record<string, string | null> = {}): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value) search.set(key, value);
  const text = search.toString();
  return `#/${path.map(encodeURIComponent).join("/")}${text === "" ? "" : `?${text}`}`;
}

export const go = (to: string): void => {
  window.location.hash = to.replace(/^#/, "");
};

const subscribe = (changed: () => void): (() => void) => {
  window.addEventListener("hashchange", changed);
  return () => window.removeEventListener("hashchange", changed);
};

export const useHash = (): string => useSyncExternalStore(subscribe, () => window.location.hash);
