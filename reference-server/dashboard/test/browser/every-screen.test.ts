// Does every screen stand, in every look, against any server? Only invariants: no values of the mock.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LOOKS, launch, open, overflow, picture, seriousViolations, settle } from "./browser.ts";
import { REAL, type Site, serve } from "./site.ts";

let browser: Browser;
let site: Site;
let screens: { name: string; hash: string }[] = [];

async function json<T>(path: string): Promise<T> {
  const response = await fetch(`${site.url}${path}`);
  return (await response.json()) as T;
}

beforeAll(async () => {
  site =
    REAL === null ? await serve("demo") : { url: REAL.replace(/\/$/, ""), close: async () => {} };
  browser = await launch();
  const overview = await json<{ accounts: { id: string }[] }>("/v1/overview");
  const { decisions } = await json<{ decisions: { seq: number }[] }>(
    "/v1/decisions?limit=1&verdict=hold",
  );
  screens = [
    { name: "overview", hash: "#/" },
    ...overview.accounts.map((a, i) => ({ name: `account-${i + 1}`, hash: `#/accounts/${a.id}` })),
    { name: "incidents", hash: "#/incidents" },
    { name: "decisions", hash: "#/decisions" },
    ...decisions.map((d) => ({ name: "decision", hash: `#/decisions/${d.seq}` })),
    { name: "attribution", hash: "#/attribution" },
    { name: "ledger", hash: "#/ledger" },
    { name: "trial", hash: "#/trial" },
  ];
});

afterAll(async () => {
  await browser?.close();
  await site?.close();
});

describe.each(LOOKS)("$scheme, $size", (look) => {
  test("every screen has a heading, fits, reads without serious barriers, and raises no error", async () => {
    const { page, complaints, close } = await open(browser, look);
    for (const { name, hash } of screens) {
      await page.goto(`${site.url}/${hash}`);
      await settle(page);
      const headings = await page.locator("main :is(h1, h2)").count();
      expect(headings, `${name} has a heading`).toBeGreaterThan(0);
      expect(await page.getByRole("alert").count(), `${name} shows no problem`).toBe(0);
      expect(await overflow(page), `${name} does not scroll sideways`).toBeLessThanOrEqual(0);
      expect(await seriousViolations(page), name).toEqual([]);
      await picture(page, `${name}-${look.scheme}-${look.size}`);
    }
    expect(complaints).toEqual([]);
    await close();
  });
});

test("simulated money is labelled as simulation", async () => {
  const overview = await json<{ tenant: { simulation: boolean }; money: unknown }>("/v1/overview");
  const { page, close } = await open(browser);
  await page.goto(`${site.url}/#/`);
  await settle(page);
  const labels = await page.getByText("Simulation", { exact: false }).count();
  if (overview.tenant.simulation) expect(labels).toBeGreaterThan(0);
  else expect(overview.money).toBeNull();
  await close();
});

test("verifying the ledger gives one clear answer", async () => {
  const { page, close } = await open(browser);
  await page.goto(`${site.url}/#/ledger`);
  await settle(page);
  await page.getByRole("button", { name: "Verify chain" }).click();
  await page.getByText(/^(Intact|Altered): /).waitFor();
  await close();
});

test("a stricter threshold is tried without changing the policy", async () => {
  const before = await json<{ digest: string }>("/v1/policy");
  const { page, close } = await open(browser);
  await page.goto(`${site.url}/#/trial`);
  await settle(page);
  await page.getByRole("spinbutton", { name: "Healthy from" }).fill("84");
  await page.waitForTimeout(500);
  await settle(page);
  expect(await page.getByTestId("flips").innerText()).toMatch(/decisions? flips?/);
  await picture(page, "trial-moved-light-wide");
  expect((await json<{ digest: string }>("/v1/policy")).digest).toBe(before.digest);
  await close();
});
