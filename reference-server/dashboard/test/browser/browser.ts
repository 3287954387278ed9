// One headless Chromium for all browser tests, and what every page must satisfy.
import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { ROOT } from "./site.ts";

const CANDIDATES = [
  process.env["CHROMIUM"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

export const chromiumPath = CANDIDATES.find((path) => path !== undefined && existsSync(path));

export const launch = (): Promise<Browser> => {
  if (chromiumPath === undefined) throw new Error("no Chromium found; set CHROMIUM to its path");
  return chromium.launch({
    executablePath: chromiumPath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
};

export type Look = { scheme: "light" | "dark"; size: "wide" | "phone" };
export const LOOKS: readonly Look[] = [
  { scheme: "light", size: "wide" },
  { scheme: "dark", size: "wide" },
  { scheme: "light", size: "phone" },
  { scheme: "dark", size: "phone" },
];

export type Opened = { page: Page; complaints: string[]; close: () => Promise<void> };

/** A fresh page; console errors and uncaught exceptions are collected, failed requests are not complaints. */
export async function open(
  browser: Browser,
  look: Look = { scheme: "light", size: "wide" },
): Promise<Opened> {
  const context = await browser.newContext({
    colorScheme: look.scheme,
    viewport: look.size === "wide" ? { width: 1440, height: 900 } : { width: 390, height: 844 },
    deviceScaleFactor: look.size === "wide" ? 1 : 2,
    timezoneId: "Europe/Berlin",
    locale: "en-GB",
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) {
      complaints.push(message.text());
    }
  });
  return { page, complaints, close: () => context.close() };
}

export async function settle(page: Page): Promise<void> {
  await page.waitForLoadState("networkidle");
  await page.waitForFunction(() => document.querySelector(".skeleton, [aria-busy=true]") === null);
  // What is still fading in has not the contrast it will have.
  await page.waitForFunction(() =>
    document.getAnimations().every((a) => a.playState !== "running"),
  );
}

export async function picture(page: Page, name: string): Promise<void> {
  const folder = join(ROOT, "test-results");
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}

type Violation = { id: string; impact: string; nodes: { html: string }[] };

const axeSource = readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Rules broken with serious or critical impact, as readable lines. */
export async function seriousViolations(page: Page): Promise<string[]> {
  await page.evaluate(await axeSource);
  const violations = (await page.evaluate(
    "axe.run(document, { resultTypes: ['violations'] }).then((r) => r.violations)",
  )) as Violation[];
  return violations
    .filter((v) => v.impact === "serious" || v.impact === "critical")
    .map(
      (v) =>
        `${v.id} (${v.impact}): ${v.nodes
          .slice(0, 3)
          .map((n) => n.html.slice(0, 140))
          .join(" | ")}`,
    );
}

export const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
