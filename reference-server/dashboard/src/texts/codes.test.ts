// Does the catalogue have a sentence for every code the engine can send? The codes are read from the engine's source.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { texts } from "../texts.ts";
import { modelNames } from "./attribution.ts";
import { componentNames, measureNames, missingWhy } from "./codes.ts";
import {
  limitNames,
  reasonSentence,
  reasonSentences,
  remedySentence,
  remedySentences,
} from "./reasons.ts";

const CORE = join(import.meta.dirname, "..", "..", "..", "..", "stratum-core", "src");
const KEPT = "../../reference-server/src/decisions/agreement.rs";
const MODELS = "../../reference-server/src/http/v1/attribution/models.rs";
const snake = (name: string): string => name.replace(/(?<!^)([A-Z])/g, "_$1").toLowerCase();

/** The variants of one Rust enum, in the spelling of its JSON. */
function variants(file: string, name: string): string[] {
  const source = readFileSync(join(CORE, file), "utf8");
  const body = new RegExp(`pub enum ${name} \\{([\\s\\S]*?)\\n\\}`).exec(source)?.[1] ?? "";
  return [...body.matchAll(/^ {4}([A-Z]\w*)/gm)].map((m) => snake(m[1] ?? ""));
}

/** The measures are declared by a macro: Name = "name". */
function measures(): string[] {
  const source = readFileSync(join(CORE, "signal", "measure.rs"), "utf8");
  return [...source.matchAll(/^ {4}\w+ = "(\w+)", \w+, \w+;/gm)].map((m) => m[1] ?? "");
}

/** The models the server can be asked for: a table of names. */
function models(): string[] {
  const source = readFileSync(join(CORE, MODELS), "utf8");
  return [...source.matchAll(/^ {4}\("(\w+)", Model::\w+\),/gm)].map((m) => m[1] ?? "");
}

describe.skipIf(!existsSync(join(CORE, "trust", "reason.rs")))(
  "the catalogue covers the engine",
  () => {
    test.each([
      ["reasons", () => variants("trust/reason.rs", "Reason"), reasonSentences],
      ["remedies", () => variants("trust/explain.rs", "Change"), remedySentences],
      ["limits", () => variants("trust/limits.rs", "LimitKind"), limitNames],
      ["missing readings", () => variants("vocabulary/reading.rs", "Missing"), missingWhy],
      ["components", () => variants("signal/measure.rs", "Component"), componentNames],
      ["measures", measures, measureNames],
      ["flaws", () => variants("ledger/verify.rs", "Flaw"), texts.ledger.whys],
      ["what is kept beside the ledger", () => variants(KEPT, "Kept"), texts.ledger.whys],
      ["platforms", () => variants("vocabulary/platform.rs", "Platform"), texts.platforms],
      ["models of attribution", models, modelNames],
      ["actions", () => variants("trust/action.rs", "Action"), texts.actions],
    ])("%s", (_, read, known) => {
      const codes = read();
      expect(codes.length).toBeGreaterThan(2);
      expect(codes.filter((code) => !(code in known))).toEqual([]);
    });
  },
);

test("a reason without parameters and an unlisted one still read as sentences", () => {
  expect(reasonSentence("manual_action", undefined)).toMatch(/\.$/);
  expect(reasonSentence("new_code", { size: 3 })).toBe("New code: size 3.");
  expect(remedySentence({ kind: "wait", seconds: 7200 })).toBe("Wait 2 h.");
});

test("a lift names the measure and both values in its unit", () => {
  const sentence = remedySentence({
    kind: "lift_component",
    component: "event_loss",
    low: 31.2,
    needed: 70,
    measure: "lost_events",
    value: 0.24,
    value_needed: 0.1,
  });
  expect(sentence).toContain("from 24% to 10%");
});
