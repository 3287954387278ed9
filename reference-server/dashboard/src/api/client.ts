// How the dashboard talks to the server: one fetch, every failure a Problem with the server's own code.
// It does not cache and does not retry; `resource.ts` does the first, a person the second.
import type { Attribution, Flow } from "./attribution.ts";
import type {
  DecisionDetail,
  DecisionPage,
  Freeze,
  HealthDetail,
  History,
  Incident,
  LedgerBody,
  LedgerPage,
  Overview,
  PolicyAnswer,
  PolicyJson,
  Problem,
  ProposalSummary,
  TrialResult,
  Verification,
} from "./types.ts";

export class ApiError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.detail ?? problem.title);
    this.name = "ApiError";
    this.problem = problem;
  }
}

export function problemOf(error: unknown): Problem {
  if (error instanceof ApiError) return error.problem;
  return { title: "", status: 0, code: "dashboard.unreachable" };
}

async function readProblem(response: Response): Promise<Problem> {
  const plain = { title: response.statusText, status: response.status };
  try {
    const body = (await response.json()) as Partial<Problem>;
    return { ...plain, ...body };
  } catch {
    return plain;
  }
}

async function call<T>(path: string, init?: RequestInit): Promise<T> {
  const response = await fetch(`/v1${path}`, init);
  if (!response.ok) throw new ApiError(await readProblem(response));
  return (await response.json()) as T;
}

function send<T>(method: "POST" | "PUT", path: string, body?: unknown): Promise<T> {
  return call<T>(path, {
    method,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body ?? {}),
  });
}

type Query = Record<string, string | number | null | undefined>;

function query(values: Query): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(values)) {
    if (value !== null && value !== undefined && value !== "") search.set(key, String(value));
  }
  const text = search.toString();
  return text === "" ? "" : `?${text}`;
}

const part = encodeURIComponent;

export const read = {
  overview: (signal: AbortSignal) => call<Overview>("/overview", { signal }),
  health: (account: string, signal: AbortSignal) =>
    call<HealthDetail>(`/accounts/${part(account)}/health`, { signal }),
  history: (account: string, range: { from?: string; to?: string }, signal: AbortSignal) =>
    call<History>(`/accounts/${part(account)}/health/history${query(range)}`, { signal }),
  incidents: (signal: AbortSignal) => call<{ incidents: Incident[] }>("/incidents", { signal }),
  decisions: (filter: Query, signal?: AbortSignal) =>
    call<DecisionPage>(`/decisions${query(filter)}`, signal ? { signal } : {}),
  decision: (seq: number, signal: AbortSignal) =>
    call<DecisionDetail>(`/decisions/${seq}`, { signal }),
  proposals: (signal: AbortSignal) =>
    call<{ proposals: ProposalSummary[] }>(`/proposals${query({ state: "awaiting_approval" })}`, {
      signal,
    }),
  ledger: (page: Query, signal?: AbortSignal) =>
    call<LedgerPage>(`/ledger${query(page)}`, signal ? { signal } : {}),
  ledgerEntry: (seq: number, signal: AbortSignal) => call<LedgerBody>(`/ledger/${seq}`, { signal }),
  attribution: (asked: Query, signal: AbortSignal) =>
    call<Attribution>(`/attribution${query(asked)}`, { signal }),
  flow: (asked: Query, signal: AbortSignal) =>
    call<Flow>(`/journeys/flow${query(asked)}`, { signal }),
  policy: (signal: AbortSignal) => call<PolicyAnswer>("/policy", { signal }),
};

export const act = {
  verifyLedger: () => send<Verification>("POST", "/ledger/verification"),
  tryPolicy: (policy: PolicyJson) => send<TrialResult>("POST", "/policy/trial", { policy }),
  approve: (proposal: string, by: string) =>
    send<unknown>("POST", `/proposals/${part(proposal)}/approvals`, { by }),
  freeze: (account: string | null, by: string, why: string) =>
    send<Freeze>("POST", "/freezes", { scope: { account }, by, why }),
  lift: (freeze: string, by: string) =>
    send<unknown>("POST", `/freezes/${part(freeze)}/lift`, { by }),
};
