// The words of the attribution screen.
import type { ModelName } from "../api/attribution.ts";

export const modelNames: Record<ModelName, string> = {
  last_touch: "Last touch",
  first_touch: "First touch",
  linear: "Linear",
  position_based: "Position based",
  time_decay: "Time decay",
  markov: "Markov",
  markov_2: "Markov, order 2",
  markov_by_path: "Markov, path by path",
  shapley_sum: "Shapley",
  shapley_rate: "Shapley, rates",
  hazard: "Hazard",
};

/** A model that this page does not know yet goes by the name the server gives it. */
export const modelName = (model: string): string =>
  (modelNames as Record<string, string>)[model] ?? model.replaceAll("_", " ");

const ordinals = ["", "1st", "2nd", "3rd"];

export const attributionTexts = {
  title: "Attribution",
  intro:
    "Which channels led to what was sold, by several models over the same journeys. A model shows what goes together; only an experiment shows what would not have happened otherwise.",
  range: "Time",
  ranges: { "30d": "30 d", "90d": "90 d", all: "A year" },
  counts: {
    converted: "Journeys converted",
    lapsed: "Lapsed",
    open: "Still open",
    untouched: "Conversions without a touch",
    touches: "Touches",
  },
  models: "Models side by side",
  modelsNote: (from: string, to: string) => `shares of what channels get, ${from} to ${to}`,
  show: "In the cells",
  shown: { share: "Shares", value: "Value" },
  channel: "Channel",
  truthColumn: "Truth",
  spread: "Least to most",
  spreadNote: "least and largest share over all models",
  noChannel: "No channel",
  noChannelNote: "what no touch accounts for, of all conversions",
  noChannelIs: (untouched: string, baseline: string) =>
    `${untouched} conversions without a touch, ${baseline} with touches that do not account for them`,
  modelsScroll: "Models side by side, scrolls sideways",
  between: (low: string, high: string) => `${low} to ${high}`,
  noInterval: "no interval",
  legend: {
    point: "share a model gives",
    whisker: (level: string) => `interval of ${level}: chance among journeys`,
    without: "no interval for this model",
    truth: "truth of the simulation",
    scale: (least: string, most: string) => `every cell runs from ${least} to ${most}`,
  },
  distance: "How far from the truth",
  distanceNote: "Simulation: what set off each conversion is known",
  nearest: (model: string, share: string) =>
    `${model} is nearest to the truth: ${share} of credit would have to change hands.`,
  byComparison: (model: string, share: string) => `${model}: ${share}`,
  distanceColumns: {
    model: "Model",
    channels: "Among channels",
    all: "Of all conversions",
    none: "Given to no channel",
  },
  truthRow: "Truth",
  distanceHelp:
    "The part of all credit that would have to change hands. Of all conversions, a model also has to say how many would have come without any touch; only the hazard model estimates that, the others know conversions without a touch.",
  agreement: "How far models agree",
  agreementNote: "credit that would change hands between two",
  agreementScroll: "How far models agree, scrolls sideways",
  agreementHelp:
    "In small: how alike two models rank the channels, from −1 to 1. That models agree does not make them right.",
  flow: "Flow of journeys",
  flowNote: (steps: number) => `the first ${steps} touches`,
  flowTitle: "Flow of journeys from touch to touch",
  flowDescription: (all: string, converted: string, lapsed: string, open: string) =>
    `${all} journeys; ${converted} converted, ${lapsed} lapsed, ${open} are still open. The table below has every number.`,
  flowScroll: "Flow of journeys, scrolls sideways",
  flowTable: "As a table",
  flowLinks: "From one touch to the next",
  flowColumns: { state: "Where", from: "From", to: "To", journeys: "Journeys" },
  states: {
    start: "All journeys",
    rest: "Other channels",
    longer: "More touches",
    converted: "Converted",
    lapsed: "Lapsed",
    open: "Still open",
  },
  step: (step: number) => (step === 0 ? "Start" : `${ordinals[step] ?? `${step}th`} touch`),
  later: "Later",
  end: "End",
  empty: {
    title: "No journeys yet",
    text: "Import the touches of persons and what they bought. Journeys, and what several models say about them, appear at once.",
    command: "stratum import touchpoints touches.csv --data DIR",
  },
};
