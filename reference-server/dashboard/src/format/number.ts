// How numbers and money read on screen. A value that was not measured never becomes a digit here.
import type { MeasureUnit, Money } from "../api/types.ts";
import { LOCALE, texts } from "../texts.ts";

const oneDigit = new Intl.NumberFormat(LOCALE, {
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});
const whole = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 0 });
const plain = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 2 });
const percentFine = new Intl.NumberFormat(LOCALE, { style: "percent", maximumFractionDigits: 1 });
const percentFixed = new Intl.NumberFormat(LOCALE, {
  style: "percent",
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});
const percentWhole = new Intl.NumberFormat(LOCALE, { style: "percent", maximumFractionDigits: 0 });
const signedPercent = new Intl.NumberFormat(LOCALE, {
  style: "percent",
  maximumFractionDigits: 1,
  signDisplay: "exceptZero",
});

export const score = (value: number | null): string =>
  value === null ? texts.notMeasured : oneDigit.format(value);

export const range = (low: number, high: number): string =>
  `${oneDigit.format(low)}–${oneDigit.format(high)}`;

export const count = (value: number): string => whole.format(value);
export const share = (value: number): string => percentWhole.format(value);

/** A share to a tenth of a percent; below zero with a minus sign. */
export const shareFine = (value: number): string => percentFixed.format(value).replace("-", "−");

/** A weight arrives as a share (0.35) or in percent (35); both read "35 %". */
export const weight = (value: number): string => share(value > 1 ? value / 100 : value);

const moneyFormats = new Map<string, Intl.NumberFormat>();

function moneyFormat(currency: string, digits: number | undefined): Intl.NumberFormat {
  const key = `${currency}/${digits ?? "own"}`;
  const known = moneyFormats.get(key);
  if (known) return known;
  const fresh = new Intl.NumberFormat(LOCALE, {
    style: "currency",
    currency,
    ...(digits === undefined
      ? {}
      : { maximumFractionDigits: digits, minimumFractionDigits: digits }),
  });
  moneyFormats.set(key, fresh);
  return fresh;
}

export function money(value: Money | null): string {
  if (value === null) return texts.unknown;
  return moneyFormat(value.currency, undefined).format(Number(value.amount));
}

/** Without cents when there are none, for tables. */
export function moneyShort(value: Money | null): string {
  if (value === null) return texts.unknown;
  const amount = Number(value.amount);
  return moneyFormat(value.currency, Number.isInteger(amount) ? 0 : undefined).format(amount);
}

export const moneyRound = (amount: string, currency: string): string =>
  moneyFormat(currency, 0).format(Number(amount));

export function relativeChange(before: Money | null, after: Money | null): string | null {
  if (before === null || after === null || before.currency !== after.currency) return null;
  const from = Number(before.amount);
  if (!(from > 0)) return null;
  return signedPercent.format((Number(after.amount) - from) / from).replace("-", "−");
}

export function measured(value: number | null, unit: MeasureUnit): string {
  if (value === null) return texts.notMeasured;
  if (unit === "ratio") return percentFine.format(value);
  return texts.units[unit](plain.format(value));
}

const signedFormat = new Intl.NumberFormat(LOCALE, {
  maximumFractionDigits: 1,
  signDisplay: "exceptZero",
});

export const signed = (value: number): string => signedFormat.format(value).replace("-", "−");

/** From −1 to 1. */
export const correlation = (value: number): string => plain.format(value).replace("-", "−");
