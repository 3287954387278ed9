// What the dashboard shows and does in states only the mock can bring about. Skipped against a real server.
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Scenario } from "../../mock/world.ts";
import {
  launch,
  type Opened,
  open,
  overflow,
  picture,
  seriousViolations,
  settle,
} from "./browser.ts";
import { REAL, type Site, serve } from "./site.ts";

describe.skipIf(REAL !== null)("states", () => {
  let browser: Browser;
  const sites: Site[] = [];

  beforeAll(async () => {
    browser = await launch();
  });
  afterEach(async () => {
    await Promise.all(sites.splice(0).map((s) => s.close()));
  });
  afterAll(async () => {
    await browser?.close();
  });

  async function visit(scenario: Scenario, hash: string): Promise<Opened & { site: Site }> {
    const site = await serve(scenario);
    sites.push(site);
    const opened = await open(browser);
    await opened.page.goto(`${site.url}/${hash}`);
    return { ...opened, site };
  }

  test("unknown health reads as not measured and never as zero", async () => {
    const { page, close } = await visit("demo", "#/accounts/act_snap");
    await settle(page);
    await page.getByText("not measured").first().waitFor();
    expect(await page.locator("main .big").innerText()).toBe("not measured");
    expect(await page.locator("main").innerText()).not.toMatch(/\b0\.0\b/);
    await close();
  });

  test("a held decision says why and what would turn it", async () => {
    const { page, close } = await visit("demo", "#/decisions?verdict=hold&account=act_google");
    await settle(page);
    await page.locator("tbody a").first().click();
    await page.getByRole("heading", { name: "What would turn it" }).waitFor();
    await page.getByText("Same verdict when derived again").waitFor();
    await page.keyboard.press("j");
    await page.waitForURL(/#\/decisions\/\d+/);
    await page.keyboard.press("Escape");
    await page.waitForURL(/#\/decisions\?/);
    await close();
  });

  test("a second person approves, named and told that identity is unverified", async () => {
    const { page, close, site } = await visit("demo", "#/");
    await page.locator(".waiting a").first().click();
    await page.getByRole("button", { name: "Approve…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("Identity is unverified").waitFor();
    await picture(page, "approve-light-wide");
    expect(await seriousViolations(page)).toEqual([]);
    await dialog.getByLabel("Your name").fill("ben");
    await dialog.getByRole("button", { name: "Approve" }).click();
    await dialog.waitFor({ state: "detached" });
    const overview = await (await fetch(`${site.url}/v1/overview`)).json();
    expect(overview.open_proposals).toBe(0);
    await close();
  });

  test("a freeze is set and lifted with a confirmation", async () => {
    const { page, close } = await visit("demo", "#/");
    await page.getByRole("button", { name: "Freeze…" }).click();
    await page.keyboard.press("Escape");
    expect(await page.getByRole("dialog").count()).toBe(0);
    await page.getByRole("button", { name: "Freeze…" }).click();
    await page.getByLabel("Why").fill("Pixel looks odd");
    await page.getByLabel("Your name").fill("ana");
    await page.getByRole("button", { name: "Freeze now" }).click();
    await page.getByText("Increases frozen: All accounts").waitFor();
    await page.getByRole("button", { name: "Lift…" }).last().click();
    await page.getByLabel("Your name").fill("ben");
    await page.getByRole("button", { name: "Lift freeze" }).click();
    await page.getByText("Increases frozen: All accounts").waitFor({ state: "detached" });
    await close();
  });

  test("an altered ledger names its entry", async () => {
    const { page, close } = await visit("tampered", "#/ledger");
    await settle(page);
    await page.getByRole("button", { name: "Verify chain" }).click();
    const said = page.getByText(/^Altered: entry \d+/);
    await said.waitFor();
    const seq = /entry (\d+)/.exec(await said.innerText())?.[1];
    await page.getByRole("link", { name: `Entry ${seq}` }).click();
    await page.getByRole("complementary", { name: `Entry ${seq}` }).waitFor();
    await picture(page, "ledger-altered-light-wide");
    await page.goto(page.url().replace(/#.*/, "#/"));
    await page.getByText("Altered").waitFor();
    await close();
  });

  test("an empty tenant is told what to do first", async () => {
    const { page, close, complaints } = await visit("empty", "#/");
    await page.getByRole("heading", { name: "No accounts yet" }).waitFor();
    await settle(page);
    await picture(page, "empty-light-wide");
    expect(await seriousViolations(page)).toEqual([]);
    for (const hash of [
      "#/decisions",
      "#/incidents",
      "#/attribution",
      "#/ledger",
      "#/trial",
      "#/accounts/nobody",
      "#/nowhere",
    ]) {
      await page.goto(page.url().replace(/#.*/, hash));
      await settle(page);
      expect(await page.locator("main").innerText()).not.toBe("");
    }
    expect(complaints).toEqual([]);
    await close();
  });

  test("a failing server is quoted with its code, and can be asked again", async () => {
    const { page, close } = await visit("broken", "#/");
    const alert = page.getByRole("alert");
    await alert.getByText("The database file is locked by another process.").waitFor();
    await alert.getByText("store.locked").waitFor();
    await alert.getByRole("button", { name: "Try again" }).click();
    await picture(page, "problem-light-wide");
    await close();
  });

  test("loading shows where things will be", async () => {
    const { page, close } = await visit("slow", "#/");
    await page.getByRole("status", { name: "Loading" }).waitFor();
    await picture(page, "loading-light-wide");
    await close();
  });

  test("without a simulation no truth and no protected money is claimed", async () => {
    const { page, close } = await visit("plain", "#/");
    await page.getByText("Money protected needs known truth").waitFor();
    expect(await page.getByText("Simulation", { exact: true }).count()).toBe(0);
    await close();
  });

  test("models stand beside the truth of a simulation, and say where they have no interval", async () => {
    const { page, close } = await visit("demo", "#/attribution");
    await page.getByRole("heading", { name: "How far from the truth" }).waitFor();
    await page.getByText("Simulation: what set off each conversion is known").waitFor();
    const row = page.getByRole("row", { name: /^brand search/ });
    expect(await row.innerText()).toContain("5.9%");
    expect(await row.getByRole("cell").last().innerText()).toBe("5.9%");
    expect(await row.getByText("no interval").count()).toBe(1);
    expect(await row.getByText("8.7% to 19.3%", { exact: true }).count()).toBe(1);
    const none = page.getByRole("row", { name: /^No channel/ });
    // 159 conversions without a touch for every model, 89 more for the hazard, 447 in truth; of 4,193.
    expect(await none.getByRole("cell").allInnerTexts()).toEqual([
      ...Array(6).fill("3.8%"),
      "5.9%",
      "",
      "10.7%",
    ]);
    await page.getByRole("link", { name: "Value" }).click();
    await row.getByText("€46,651").waitFor();
    await none.getByText("€20,782").waitFor();
    const drawing = page.getByRole("img", { name: /Flow of journeys from touch to touch/ });
    expect(await drawing.locator("desc").textContent()).toContain("28,969 journeys");
    await page.getByText("As a table").click();
    await page.getByRole("table", { name: "From one touch to the next" }).waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await close();
  });

  test("without known truth models are compared with each other only", async () => {
    const { page, close } = await visit("plain", "#/attribution");
    await page.getByRole("heading", { name: "How far models agree" }).waitFor();
    expect(await page.getByRole("heading", { name: "How far from the truth" }).count()).toBe(0);
    expect(await page.getByRole("columnheader", { name: "Truth" }).count()).toBe(0);
    const none = page.getByRole("row", { name: /^No channel/ });
    await none.getByText("5.9%").waitFor();
    // Models that come later have a column too, by the name the server gives them.
    await page.getByRole("columnheader", { name: "not known yet" }).first().waitFor();
    expect(await page.getByText("no interval").count()).toBe(0);
    for (const [size, width] of [
      ["wide", 1440],
      ["phone", 390],
    ] as const) {
      await page.setViewportSize({ width, height: 844 });
      expect(await overflow(page), size).toBeLessThanOrEqual(0);
      expect(await seriousViolations(page)).toEqual([]);
      await picture(page, `attribution-many-models-light-${size}`);
    }
    await close();
  });

  test("a tenant without journeys is told how to import them", async () => {
    const { page, close } = await visit("empty", "#/attribution");
    await page.getByRole("heading", { name: "No journeys yet" }).waitFor();
    await page.getByText("stratum import touchpoints").waitFor();
    await picture(page, "attribution-empty-light-wide");
    await close();
  });

  test("weights that do not sum to 100 are refused before the server is asked", async () => {
    const { page, close } = await visit("demo", "#/trial");
    await settle(page);
    await page.getByRole("spinbutton", { name: "API health" }).first().fill("30");
    await page.getByText("Weights must sum to 100.").waitFor();
    await page.getByRole("button", { name: "Reset to current" }).click();
    await page.getByText("These are the current numbers").waitFor();
    await close();
  });

  test("the theme can be chosen, and arrow keys move the reading line", async () => {
    const { page, close } = await visit("demo", "#/accounts/act_meta");
    await settle(page);
    await page.getByRole("button", { name: "Switch to dark" }).click();
    expect(await page.locator("html").getAttribute("data-theme")).toBe("dark");
    const chart = page.getByRole("slider", { name: /Health over time/ });
    await chart.focus();
    const before = await chart.getAttribute("aria-valuetext");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("PageDown");
    expect(await chart.getAttribute("aria-valuetext")).not.toBe(before);
    await picture(page, "reading-line-dark-wide");
    await close();
  });
});
