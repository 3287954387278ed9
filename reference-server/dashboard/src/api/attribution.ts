// What the server answers about attribution: several models over the same journeys, and the flow of those journeys.
import type { Money, Timestamp } from "./types.ts";

export type ModelName =
  | "last_touch"
  | "first_touch"
  | "linear"
  | "position_based"
  | "time_decay"
  | "markov"
  | "markov_2"
  | "markov_by_path"
  | "shapley_sum"
  | "shapley_rate"
  | "hazard";

/** `low` and `high` are null where a model has no interval. */
export type ChannelCredit = {
  channel: string;
  share: number;
  low: number | null;
  high: number | null;
  conversions: number;
  value: Money | null;
};

export type ModelAnswer = {
  model: ModelName;
  credits: ChannelCredit[];
  baseline: { conversions: number; value: Money | null } | null;
  distance_from_truth: { among_channels: number; of_all_conversions: number } | null;
};

export type CauseAnswer = {
  channel: string | null;
  share: number | null;
  share_of_all: number;
  conversions: number;
  value: Money | null;
};

export type Sold = { conversions: number; value: Money | null };

export type Attribution = {
  from: Timestamp;
  to: Timestamp;
  currency: string | null;
  counts: { converted: number; lapsed: number; open: number; untouched: number; touches: number };
  converted: Sold;
  untouched: Sold;
  channels: string[];
  models: ModelAnswer[];
  agreement: {
    one: ModelName;
    other: ModelName;
    moved: number;
    rank_correlation: number | null;
  }[];
  share_ranges: { channel: string; least: number; most: number }[];
  bootstrap: { replicates: number; level: number };
  truth: { from: Timestamp; to: Timestamp; causes: CauseAnswer[] } | null;
};

export type FlowState =
  | "start"
  | "rest"
  | "longer"
  | "converted"
  | "lapsed"
  | "open"
  | { channel: string };

export type FlowNode = { step: number; state: FlowState; journeys: number };
export type FlowLink = { from: number; to: number; journeys: number };
export type Flow = {
  from: Timestamp;
  to: Timestamp;
  steps: number;
  channels: number;
  nodes: FlowNode[];
  links: FlowLink[];
};
