// Numbers, money, spans and addresses as they read on screen.
import { expect, test } from "vitest";
import { href, parseRoute } from "../route.ts";
import * as number from "./number.ts";
import { ago, span } from "./time.ts";

test("what was not measured is said so, never a digit", () => {
  expect(number.score(null)).toBe("not measured");
  expect(number.measured(null, "ratio")).toBe("not measured");
  expect(number.money(null)).toBe("unknown");
});

test("changes are relative to before, and unknown when that is not possible", () => {
  const eur = (amount: string) => ({ amount, currency: "EUR" });
  expect(number.relativeChange(eur("100"), eur("120"))).toBe("+20%");
  expect(number.relativeChange(eur("100"), eur("80"))).toBe("−20%");
  expect(number.relativeChange(eur("0"), eur("80"))).toBeNull();
  expect(number.relativeChange(null, eur("80"))).toBeNull();
  expect(number.relativeChange({ amount: "1", currency: "USD" }, eur("80"))).toBeNull();
});

test("a weight reads the same as share and as percent", () => {
  expect(number.weight(0.35)).toBe("35%");
  expect(number.weight(35)).toBe("35%");
});

test("spans have one unit", () => {
  expect([40, 720, 5400, 93_600, 864_000].map(span)).toEqual([
    "40 s",
    "12 min",
    "1.5 h",
    "26 h",
    "10 days",
  ]);
  expect(ago("2026-11-24T14:00:00Z", "2026-11-24T14:00:10Z")).toBe("just now");
  expect(ago("2026-11-24T16:00:00Z", "2026-11-24T14:00:00Z")).toBe("in 2 h");
});

test("an address survives the way there and back", () => {
  const route = parseRoute(href(["accounts", "act/1 ä"], { range: "7d", none: null }));
  expect(route.path).toEqual(["accounts", "act/1 ä"]);
  expect([...route.query]).toEqual([["range", "7d"]]);
});
