// Light or dark: the system decides until the person does; the choice is kept in this browser.
import { useEffect, useState } from "react";
import { texts } from "../texts.ts";

type Theme = "light" | "dark";
const KEY = "stratum.theme";

const chosen = (): Theme | null => {
  const kept = localStorage.getItem(KEY);
  return kept === "light" || kept === "dark" ? kept : null;
};

const system = (): Theme =>
  window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";

export function ThemeToggle() {
  const [theme, setTheme] = useState<Theme>(() => chosen() ?? system());
  useEffect(() => {
    if (chosen()) document.documentElement.dataset["theme"] = theme;
  }, [theme]);
  const other: Theme = theme === "dark" ? "light" : "dark";
  const change = () => {
    localStorage.setItem(KEY, other);
    document.documentElement.dataset["theme"] = other;
    setTheme(other);
  };
  return (
    <button
      type="button"
      className="icon-button"
      onClick={change}
      aria-label={texts.shell.theme[other]}
      title={texts.shell.theme[other]}
    >
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <circle cx="8" cy="8" r="6.2" fill="none" stroke="currentColor" strokeWidth="1.5" />
        <path d="M8 1.8a6.2 6.2 0 0 1 0 12.4z" fill="currentColor" />
      </svg>
    </button>
  );
}
