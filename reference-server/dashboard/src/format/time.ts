// How moments and spans read on screen: in the reader's own time zone, relative to the server's `now`.
// It never asks the browser's clock what time it is.
import { LOCALE, texts } from "../texts.ts";

const dayAndTime = new Intl.DateTimeFormat(LOCALE, {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});
const withYear = new Intl.DateTimeFormat(LOCALE, {
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});
const dayOnly = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short" });
const dayOfYear = new Intl.DateTimeFormat(LOCALE, {
  day: "numeric",
  month: "short",
  year: "numeric",
});
const timeOnly = new Intl.DateTimeFormat(LOCALE, {
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});

type When = string | number;
const ms = (when: When): number => (typeof when === "number" ? when : Date.parse(when));

export const moment = (when: When): string => dayAndTime.format(ms(when));
export const exactMoment = (when: When): string => withYear.format(ms(when));
export const day = (when: When): string => dayOnly.format(ms(when));
export const dayWithYear = (when: When): string => dayOfYear.format(ms(when));
export const timeOfDay = (when: When): string => timeOnly.format(ms(when));
export const utc = (when: When): string =>
  new Date(ms(when)).toISOString().replace(/\.\d{3}Z$/, "Z");

export const zoneName = (): string => dayAndTime.resolvedOptions().timeZone;

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** "40 s", "12 min", "7.5 h", "3 days": one unit, at most one decimal. */
export function span(seconds: number): string {
  const s = Math.abs(seconds);
  const { spans } = texts;
  if (s < MINUTE) return spans.seconds(Math.round(s));
  if (s < HOUR) return spans.minutes(Math.round(s / MINUTE));
  if (s < 2 * DAY)
    return spans.hours(s < 10 * HOUR ? Math.round((s / HOUR) * 2) / 2 : Math.round(s / HOUR));
  return spans.days(s < 10 * DAY ? Math.round((s / DAY) * 2) / 2 : Math.round(s / DAY));
}

export const between = (from: When, to: When): string => span((ms(to) - ms(from)) / 1000);

export function ago(when: When, now: When): string {
  const seconds = (ms(now) - ms(when)) / 1000;
  if (seconds < 0) return texts.inTime(span(seconds));
  return seconds < 45 ? texts.justNow : texts.ago(span(seconds));
}
