// The mock's HTTP side: the /v1 routes of the contract over one World, as a plain node request handler.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { DecisionDetail, DecisionSummary, PolicyJson, Problem } from "../src/api/types.ts";
import { iso, NOW } from "./advertiser.ts";
import { attributionOf, emptyFlow, flowOf } from "./attribution.ts";
import type { Decision } from "./decisions.ts";
import { later, proposalJson } from "./ledger.ts";
import { BASELINE_POLICY, trial } from "./trial.ts";
import {
  createWorld,
  healthOf,
  incidentsOf,
  latest,
  overviewOf,
  type Scenario,
  type World,
} from "./world.ts";

class Refused extends Error {
  readonly problem: Problem;
  constructor(status: number, title: string, detail: string, code: string, path?: string) {
    super(detail);
    this.problem = { type: "about:blank", title, status, detail, code, ...(path ? { path } : {}) };
  }
}

const notFound = (what: string) =>
  new Refused(404, "Not found", `There is no ${what}.`, "not_found");

type Request = { world: World; id: string; search: URLSearchParams; body: Record<string, unknown> };

function summary(d: Decision): DecisionSummary {
  const { point: _, would_pass_if: __, expires: ___, limit: ____, ...rest } = d;
  return rest;
}

function detail({ world, id }: Request): DecisionDetail {
  const d = world.decisions.find((x) => x.seq === Number(id));
  if (d === undefined) throw notFound(`decision ${id}`);
  const settled = d.state === "applied" || d.state === "unconfirmed";
  return {
    ...summary(d),
    would_pass_if: d.would_pass_if,
    health: healthOf(d.account, d.point),
    policy: overviewOf(world).policy,
    evidence: {
      scope: { account: d.account, campaign: d.campaign },
      readings: d.point.components,
      measured_at: d.point.at,
    },
    proposal: proposalJson(d),
    receipt: settled
      ? {
          before: d.before,
          requested: d.after,
          observed: d.state === "applied" ? d.after : null,
          at: later(d.at, 3),
          outcome: d.state === "applied" ? "applied" : "unconfirmed",
        }
      : null,
    entry_hash: world.ledger.entries[d.seq - 1]?.hash ?? "",
    replay: { same: true },
  };
}

function page<T extends { seq: number }>(
  items: T[],
  search: URLSearchParams,
): [T[], number | null] {
  const before = Number(search.get("before") ?? Number.POSITIVE_INFINITY);
  const limit = Number(search.get("limit") ?? 50);
  const matching = items.filter((i) => i.seq < before).reverse();
  const chosen = matching.slice(0, limit);
  return [chosen, matching.length > limit ? (chosen.at(-1)?.seq ?? null) : null];
}

function decisions({ world, search }: Request) {
  const [verdict, account] = [search.get("verdict"), search.get("account")];
  const matching = world.decisions.filter(
    (d) => (!verdict || d.verdict === verdict) && (!account || d.account === account),
  );
  const [chosen, next_before] = page(matching, search);
  return { decisions: chosen.map(summary), next_before };
}

function history({ world, id, search }: Request) {
  const points = world.histories.get(id);
  if (points === undefined) throw notFound(`account ${id}`);
  const from = Date.parse(search.get("from") ?? "2000-01-01");
  const to = Date.parse(search.get("to") ?? "2100-01-01");
  return {
    points: points
      .filter((p) => p.time >= from && p.time <= to)
      .map(({ time: _, recoveringUntil: __, coverage: ___, ...point }) => point),
  };
}

function health({ world, id }: Request) {
  const point = latest(world, id);
  if (point === undefined) throw notFound(`account ${id}`);
  return healthOf(id, point);
}

function ledgerEntry({ world, id }: Request) {
  const entry = world.ledger.entries[Number(id) - 1];
  if (entry === undefined) throw notFound(`ledger entry ${id}`);
  const { bytes: _, ...rest } = entry;
  return rest;
}

function ledger({ world, search }: Request) {
  const [chosen, next_before] = page(world.ledger.entries, search);
  return { entries: chosen.map(({ body: _, ...entry }) => entry), next_before };
}

function proposals({ world }: Request) {
  return {
    proposals: world.decisions
      .filter((d) => d.state === "awaiting_approval")
      .reverse()
      .map((d) => ({
        ...summary(d),
        proposal_id: `prp_${d.seq}`,
        expires_at: d.expires === null ? null : iso(d.expires),
      })),
  };
}

function person(body: Record<string, unknown>): string {
  const by = body["by"];
  if (typeof by === "string" && by.trim() !== "") return by.trim();
  throw new Refused(422, "Invalid request", "Say who acts.", "actor.missing", "by");
}

function approve({ world, id, body }: Request) {
  const by = person(body);
  const d = world.decisions.find((x) => `prp_${x.seq}` === id);
  if (d === undefined) throw notFound(`proposal ${id}`);
  if (d.proposer.id === by) {
    throw new Refused(409, "Refused", "The proposer cannot approve.", "approval.same_person", "by");
  }
  world.ledger.append("approval", iso(NOW), { review: d.seq, by });
  Object.assign(d, { state: "applied", basis: "manual", expires: null });
  return { seq: d.seq, verdict: d.verdict, reasons: d.reasons, would_pass_if: [], receipt: null };
}

function freeze({ world, body }: Request) {
  const by = person(body);
  const scope = body["scope"] as { account: string | null };
  const made = {
    id: `frz_${world.ledger.entries.length}`,
    scope: { account: scope?.account ?? null },
    by,
    at: iso(NOW),
    why: String(body["why"] ?? ""),
  };
  world.freezes.push(made);
  world.ledger.append("freeze", iso(NOW), made);
  return made;
}

function lift({ world, id, body }: Request) {
  const by = person(body);
  const found = world.freezes.find((f) => f.id === id);
  if (found === undefined) throw notFound(`freeze ${id}`);
  world.freezes = world.freezes.filter((f) => f !== found);
  world.ledger.append("freeze_lifted", iso(NOW), { freeze: id, by });
  return found;
}

function verify({ world }: Request) {
  world.verifiedAt = iso(NOW);
  return world.ledger.verify();
}

function flow({ world, search }: Request) {
  const steps = Number(search.get("steps") ?? 4);
  return world.scenario === "empty" ? emptyFlow(steps) : flowOf(steps);
}

const policy = ({ world }: Request) => ({ ...overviewOf(world).policy, policy: BASELINE_POLICY });

type Route = [method: string, path: RegExp, answer: (request: Request) => unknown];

const ROUTES: readonly Route[] = [
  ["GET", /^\/v1\/overview$/, ({ world }) => overviewOf(world)],
  ["GET", /^\/v1\/accounts\/([^/]+)\/health$/, health],
  ["GET", /^\/v1\/accounts\/([^/]+)\/health\/history$/, history],
  ["GET", /^\/v1\/incidents$/, ({ world }) => ({ incidents: incidentsOf(world) })],
  ["GET", /^\/v1\/decisions$/, decisions],
  ["GET", /^\/v1\/decisions\/(\d+)$/, detail],
  ["GET", /^\/v1\/ledger$/, ledger],
  ["GET", /^\/v1\/ledger\/(\d+)$/, ledgerEntry],
  ["POST", /^\/v1\/ledger\/verification$/, verify],
  ["GET", /^\/v1\/attribution$/, ({ world, search }) => attributionOf(world, search.get("from"))],
  ["GET", /^\/v1\/journeys\/flow$/, flow],
  ["GET", /^\/v1\/policy$/, policy],
  [
    "POST",
    /^\/v1\/policy\/trial$/,
    ({ world, body }) => trial(world, body["policy"] as PolicyJson),
  ],
  ["GET", /^\/v1\/proposals$/, proposals],
  ["POST", /^\/v1\/proposals\/([^/]+)\/approvals$/, approve],
  ["POST", /^\/v1\/freezes$/, freeze],
  ["POST", /^\/v1\/freezes\/([^/]+)\/lift$/, lift],
];

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString("utf8");
  return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
}

function answer(world: World, method: string, url: URL, body: Record<string, unknown>): unknown {
  if (world.scenario === "broken") {
    throw new Refused(
      503,
      "Store unavailable",
      "The database file is locked by another process.",
      "store.locked",
    );
  }
  for (const [verb, path, handle] of ROUTES) {
    const match = verb === method ? path.exec(url.pathname) : null;
    if (match === null) continue;
    return handle({
      world,
      id: decodeURIComponent(match[1] ?? ""),
      search: url.searchParams,
      body,
    });
  }
  throw notFound(`route ${method} ${url.pathname}`);
}

export function mockHandler(scenario: Scenario) {
  const world = createWorld(scenario);
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const reply = (status: number, type: string, value: unknown) => {
      response.writeHead(status, { "content-type": type });
      response.end(JSON.stringify(value));
    };
    try {
      const body = await readBody(request);
      if (world.scenario === "slow") await new Promise((done) => setTimeout(done, 2000));
      const url = new URL(request.url ?? "/", "http://127.0.0.1");
      reply(200, "application/json", answer(world, request.method ?? "GET", url, body));
    } catch (error) {
      const problem =
        error instanceof Refused
          ? error.problem
          : {
              title: "Malformed request",
              status: 400,
              detail: String(error),
              code: "json.malformed",
            };
      reply(problem.status, "application/problem+json", problem);
    }
  };
}
