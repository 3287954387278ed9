// What the mock says about attribution: the numbers of the real demo, rounded, and a flow in which nothing is lost.
import type {
  Attribution,
  CauseAnswer,
  Flow,
  FlowLink,
  FlowNode,
  FlowState,
  ModelAnswer,
  ModelName,
} from "../src/api/attribution.ts";
import type { Money } from "../src/api/types.ts";
import { HOUR, iso, NOW } from "./advertiser.ts";
import type { World } from "./world.ts";

const CHANNELS = [
  "brand search",
  "google shopping",
  "meta prospecting",
  "meta retargeting",
  "newsletter",
  "tiktok video",
] as const;
const TRUTH = [220, 1225, 859, 395, 528, 519];
const UNPROMPTED = 447;
const [CONVERTED, UNTOUCHED, BASELINE] = [4034, 159, 89];
const ORDER_VALUE = 83.8;

type Shares = [ModelName, number[], [number, number]];
const MODELS: readonly Shares[] = [
  ["last_touch", [0.138, 0.242, 0.179, 0.172, 0.14, 0.129], [0.146, 0.161]],
  ["first_touch", [0.193, 0.353, 0.243, 0.077, 0.08, 0.054], [0.173, 0.209]],
  ["linear", [0.177, 0.276, 0.21, 0.141, 0.114, 0.082], [0.153, 0.159]],
  ["position_based", [0.17, 0.289, 0.21, 0.131, 0.112, 0.088], [0.137, 0.143]],
  ["markov", [0.155, 0.19, 0.195, 0.173, 0.133, 0.154], [0.179, 0.195]],
  ["shapley_sum", [0.156, 0.276, 0.216, 0.145, 0.121, 0.086], [0.137, 0.145]],
  ["hazard", [0.087, 0.323, 0.221, 0.119, 0.14, 0.11], [0.042, 0.068]],
];

const euros = (amount: number): Money => ({ amount: amount.toFixed(2), currency: "EUR" });

/** Real advertisers in the mock ask all models, one of which the dashboard has not heard of yet; their hazard has intervals. */
const MORE: readonly Shares[] = [
  ...MODELS,
  ["time_decay", [0.149, 0.262, 0.196, 0.158, 0.128, 0.107], [0, 0]],
  ["markov_2", [0.152, 0.194, 0.197, 0.172, 0.132, 0.153], [0, 0]],
  ["shapley_rate", [-0.012, 0.311, 0.244, 0.166, 0.152, 0.139], [0, 0]],
  ["not_known_yet" as ModelName, [0.15, 0.25, 0.2, 0.15, 0.13, 0.12], [0, 0]],
];
const modelsOf = (world: World) => (world.scenario === "plain" ? MORE : MODELS);

function modelOf([model, shares, distance]: Shares, known: boolean, real: boolean): ModelAnswer {
  const hazard = model === "hazard";
  const without = hazard && !real;
  const conversions = hazard ? CONVERTED - BASELINE : CONVERTED;
  return {
    model,
    credits: CHANNELS.map((channel, i) => {
      const share = shares[i] ?? 0;
      return {
        channel,
        share,
        low: without ? null : share - 0.0085,
        high: without ? null : share + 0.0085,
        conversions: share * conversions,
        value: euros(share * conversions * ORDER_VALUE),
      };
    }),
    baseline: hazard ? { conversions: BASELINE, value: euros(BASELINE * ORDER_VALUE) } : null,
    distance_from_truth: known
      ? { among_channels: distance[0], of_all_conversions: distance[1] }
      : null,
  };
}

function truthOf(): Attribution["truth"] {
  const all = CONVERTED + UNTOUCHED;
  const cause = (channel: string | null, conversions: number): CauseAnswer => ({
    channel,
    share: channel === null ? null : conversions / (all - UNPROMPTED),
    share_of_all: conversions / all,
    conversions,
    value: euros(conversions * ORDER_VALUE),
  });
  return {
    from: iso(NOW - 90 * 24 * HOUR),
    to: iso(NOW - HOUR),
    causes: [
      cause(null, UNPROMPTED),
      ...CHANNELS.map((channel, i) => cause(channel, TRUTH[i] ?? 0)),
    ],
  };
}

function agreementOf(models: readonly Shares[]): Attribution["agreement"] {
  return models.flatMap(([one, mine], i) =>
    models.slice(i + 1).map(([other, theirs]) => ({
      one,
      other,
      moved: mine.reduce((sum, share, c) => sum + Math.abs(share - (theirs[c] ?? 0)), 0) / 2,
      rank_correlation: 0.6,
    })),
  );
}

const NOTHING = { conversions: 0, value: null };

export function attributionOf(world: World, from: string | null): Attribution {
  const empty = world.scenario === "empty";
  const wide = from === null || Date.parse(from) <= NOW - 90 * 24 * HOUR;
  const real = world.scenario === "plain";
  const known = !real && wide;
  const models = modelsOf(world);
  return {
    from: from ?? iso(NOW - 365 * 24 * HOUR),
    to: iso(NOW),
    currency: empty ? null : "EUR",
    counts: empty
      ? { converted: 0, lapsed: 0, open: 0, untouched: 0, touches: 0 }
      : { converted: 4034, lapsed: 20654, open: 4281, untouched: UNTOUCHED, touches: 111664 },
    converted: empty ? NOTHING : { conversions: CONVERTED, value: euros(CONVERTED * ORDER_VALUE) },
    untouched: empty ? NOTHING : { conversions: UNTOUCHED, value: euros(UNTOUCHED * ORDER_VALUE) },
    channels: empty ? [] : [...CHANNELS],
    models: empty
      ? models.map(([model]) => ({
          model,
          credits: [],
          baseline: null,
          distance_from_truth: null,
        }))
      : models.map((shares) => modelOf(shares, known, real)),
    agreement: empty ? [] : agreementOf(models),
    share_ranges: empty
      ? []
      : CHANNELS.map((channel, i) => {
          const shares = models.map(([, all]) => all[i] ?? 0);
          return { channel, least: Math.min(...shares), most: Math.max(...shares) };
        }),
    bootstrap: { replicates: 1000, level: 0.9 },
    truth: known && !empty ? truthOf() : null,
  };
}

const REACH = [0.1, 0.18, 0.25, 0.08, 0.08, 0.31];
const ENDS: readonly [FlowState, number][] = [
  ["converted", 0.14],
  ["lapsed", 0.71],
  ["open", 0.15],
];

/** Whole parts of a whole: what rounding leaves goes to the last. */
function parted(journeys: number, weights: readonly number[]): number[] {
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  const parts = weights.slice(0, -1).map((weight) => Math.floor((journeys * weight) / all));
  return [...parts, journeys - parts.reduce((sum, part) => sum + part, 0)];
}

export function flowOf(steps: number): Flow {
  const nodes: FlowNode[] = [{ step: 0, state: "start", journeys: 28969 }];
  const links: FlowLink[] = [];
  const arrive = (from: number, step: number, state: FlowState, journeys: number) => {
    if (journeys === 0) return;
    const same = JSON.stringify(state);
    let to = nodes.findIndex((n) => n.step === step && JSON.stringify(n.state) === same);
    if (to === -1) to = nodes.push({ step, state, journeys: 0 }) - 1;
    const node = nodes[to];
    if (node) node.journeys += journeys;
    links.push({ from, to, journeys });
  };
  const channels = CHANNELS.map((channel, i): [FlowState, number] => [{ channel }, REACH[i] ?? 0]);
  const ends = ENDS.map(([state, weight]): [FlowState, number] => [state, weight * 0.9]);
  for (let at = 0; at < nodes.length; at += 1) {
    const node = nodes[at];
    if (node === undefined || ENDS.some(([state]) => state === node.state)) continue;
    const beyond: [FlowState, number][] =
      node.state === "longer" ? [] : node.step < steps ? channels : [["longer", 0.8]];
    const next = node.step === 0 ? channels : [...beyond, ...ends];
    const parts = parted(
      node.journeys,
      next.map(([, weight]) => weight),
    );
    for (const [i, [state]] of next.entries()) arrive(at, node.step + 1, state, parts[i] ?? 0);
  }
  return { from: iso(NOW - 365 * 24 * HOUR), to: iso(NOW), steps, channels: 6, nodes, links };
}

export const emptyFlow = (steps: number): Flow => ({ ...flowOf(steps), nodes: [], links: [] });
