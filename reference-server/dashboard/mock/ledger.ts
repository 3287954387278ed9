// The mock's ledger: entries with a real SHA-256 chain, so verification and tampering mean something.
import { createHash } from "node:crypto";
import type { LedgerEntry, Verification } from "../src/api/types.ts";
import { HOUR, iso, NOW } from "./advertiser.ts";
import type { Decision } from "./decisions.ts";

export type Entry = LedgerEntry & { body: unknown };

export const FROZEN_AT = NOW - 7 * HOUR;
export const FREEZE = {
  id: "frz_1",
  scope: { account: "act_google" as string | null },
  by: "ana",
  at: iso(FROZEN_AT),
  why: "Server events stopped; looking into the tag container.",
};

const GENESIS = "0".repeat(64);

const digest = (previous: string, body: unknown): string =>
  createHash("sha256").update(previous).update(JSON.stringify(body)).digest("hex");

export class Ledger {
  readonly entries: Entry[] = [];

  append(kind: string, at: string, body: unknown): Entry {
    const previous = this.entries.at(-1)?.hash ?? GENESIS;
    const entry: Entry = {
      seq: this.entries.length + 1,
      at,
      kind,
      previous,
      hash: digest(previous, body),
      bytes: JSON.stringify(body).length,
      body,
    };
    this.entries.push(entry);
    return entry;
  }

  verify(): Verification {
    const bad = this.entries.find((e, index) => {
      const previous = this.entries[index - 1]?.hash ?? GENESIS;
      return e.previous !== previous || digest(previous, e.body) !== e.hash;
    });
    return {
      intact: bad === undefined,
      entries: this.entries.length,
      head: this.entries.at(-1)?.hash ?? GENESIS,
      first_bad: bad === undefined ? null : { seq: bad.seq, why: "contents" },
      took_ms: 4,
    };
  }
}

export function reviewBody(d: Decision): Record<string, unknown> {
  return {
    proposal: proposalJson(d),
    verdict: d.verdict,
    basis: d.basis,
    reasons: d.reasons,
    health: { status: d.status, score: d.score, low: d.low, high: d.high },
    required: d.required,
    policy: "baseline-2026-11",
  };
}

export const proposalJson = (d: Decision): Record<string, unknown> => ({
  action: { set_daily_budget: { before: d.before, after: d.after } },
  account: d.account,
  campaign: d.campaign,
  proposer: d.proposer,
  proposed_at: d.at,
});

export const later = (at: string, seconds: number): string => iso(Date.parse(at) + seconds * 1000);

/** Writes every decision into a fresh ledger and gives each its sequence number. */
export function ledgerOf(decisions: Decision[], tampered: boolean): Ledger {
  const ledger = new Ledger();
  const start = iso(NOW - 1410 * HOUR);
  ledger.append("policy", start, { version: "baseline-2026-11", by: "stratum" });
  let frozen = false;
  for (const d of decisions) {
    if (!frozen && Date.parse(d.at) > FROZEN_AT) {
      frozen = true;
      ledger.append("freeze", iso(FROZEN_AT), FREEZE);
    }
    d.seq = ledger.append("review", d.at, reviewBody(d)).seq;
    if (d.verdict !== "pass") continue;
    ledger.append("execution", later(d.at, 1), { review: d.seq, requested: d.after });
    ledger.append("receipt", later(d.at, 3), {
      review: d.seq,
      before: d.before,
      requested: d.after,
      observed: d.state === "unconfirmed" ? null : d.after,
    });
  }
  if (tampered) {
    const victim = ledger.entries.findLast(
      (e) => e.kind === "receipt" && e.seq < ledger.entries.length - 14,
    );
    if (victim)
      victim.body = { ...(victim.body as object), observed: { amount: "9.00", currency: "EUR" } };
  }
  return ledger;
}
